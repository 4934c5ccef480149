"""What the daily tables mean, as a digest: when the code that makes them says something else, days are summed up anew.

The digest is of the sources themselves, because a number that somebody must remember to raise is forgotten. Comments,
docstrings, white space and line breaks do not count. A renamed variable does: days are sometimes summed up for nothing,
and never left standing.

Known drawbacks: other versions of libraries do not show, and another version of Python may split sources otherwise.
"""

import io
import re
import tokenize
from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b
from importlib.resources import files
from importlib.resources.abc import Traversable

ELSEWHERE = {"__pycache__", "training", "train.py", "currency.py", "definition.py", "daily_files.py", "text_batches.py"}
"""What decides when, where and in which pieces days are summed up, and what makes weights, which have a digest."""


@lru_cache(maxsize=1)
def definition_id() -> str:
    """Digest of every module and query of this step that decides what its tables hold."""
    digest = blake2b(digest_size=8)
    for name, source in sorted(_sources(files("forensics.core"), "")):
        said = said_by_module(source) if name.endswith(".py") else said_by_query(source)
        digest.update(f"{name}\n{said}\n".encode())
    return digest.hexdigest()


def said_by_module(source: str) -> str:
    """A module's statements: tokens without comments, line breaks inside a statement and strings that stand alone."""
    said: list[str] = []
    statement: list[str] = []
    is_text = True
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in (tokenize.COMMENT, tokenize.NL):
            continue
        if token.type in (tokenize.INDENT, tokenize.DEDENT):
            said.append(tokenize.tok_name[token.type])
        elif token.type == tokenize.NEWLINE:
            said.extend([] if is_text else [" ".join(statement)])
            statement, is_text = [], True
        else:
            is_text &= token.type == tokenize.STRING
            statement.append(token.string)
    return "\n".join(said)


def said_by_query(source: str) -> str:
    """A query without comments and line breaks."""
    return " ".join(re.sub(r"--.*", "", source).split())


def _sources(folder: Traversable, path: str) -> Iterator[tuple[str, str]]:
    for entry in folder.iterdir():
        if entry.name in ELSEWHERE:
            continue
        if entry.is_dir():
            yield from _sources(entry, f"{path}{entry.name}/")
        elif entry.name.endswith((".py", ".sql")):
            yield path + entry.name, entry.read_text("utf-8")
