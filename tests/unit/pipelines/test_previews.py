"""Previews: attackers' text in Markdown is text."""

import html
import re
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forensics import contracts
from forensics.contracts.sql import quote
from pipelines.previews import MAXIMUM_CHARACTERS, MAXIMUM_ROWS, PROMPT_TEXT, inert, markdown_table, preview


@pytest.mark.parametrize("show_exemplars", [True, False])
def test_without_exemplars_callers_text_is_only_its_length(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, show_exemplars: bool
) -> None:
    monkeypatch.setenv("FORENSICS_HOME", str(tmp_path))
    monkeypatch.setenv("FORENSICS_SHOW_EXEMPLARS", str(show_exemplars).lower())
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA core")
        table = contracts.get("core.templates")
        columns = ", ".join(f"{quote(name)} VARCHAR" for name in table.columns)
        connection.execute(f"CREATE TABLE core.templates ({columns})")
        text = "a secret of ada@example.org " * 9
        connection.execute("INSERT INTO core.templates (template_id, text) VALUES ('first', ?)", [text])
        markdown = shown(preview(connection, table, None).value or "")
    assert "first" in markdown
    assert ("secret" in markdown) == show_exemplars
    assert ("(252 characters)" in markdown) != show_exemplars
    assert ("[mail]" in markdown) == show_exemplars and "ada" not in markdown


def test_the_columns_with_callers_text_exist() -> None:
    for name, columns in PROMPT_TEXT.items():
        assert columns <= set(contracts.get(name).columns)


def shown(markdown: str) -> str:
    """What a reader of the Markdown sees."""
    return html.unescape(markdown)


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "![picture](http://evil.example/a.png)",
        "[link](javascript:alert(1))",
        "a | b",
        "`code`",
        "**bold** _italic_ # heading",
        "\\| &lt;b&gt;",
    ],
)
def test_markup_stays_visible_and_means_nothing(hostile: str) -> None:
    markdown = inert(hostile)
    assert not re.search(r"[<>|`\[\]!*_\\]|\(", markdown.replace("&#", ""))
    assert shown(markdown).replace("[:]", ":") == hostile


@given(st.text(st.characters()))
def test_a_cell_holds_letters_digits_spaces_and_entities_only(text: str) -> None:
    rest = re.sub(r"&#\d+;", "", inert(text)).replace("⏎", "").replace("⇥", "")
    assert all(character == " " or character.isalnum() for character in rest)


@pytest.mark.parametrize(
    "link", ["http://evil.example", "HTTPS://evil.example", "www.evil.example", "WWW.evil.example", "a@evil.example"]
)
def test_what_a_markdown_reader_turns_into_a_link_is_broken(link: str) -> None:
    seen = shown(inert(f"see {link} now"))
    assert not re.search(r"https?://|www\.|\w@\w", seen, re.IGNORECASE)
    assert "evil" in seen


def test_a_cell_is_bounded() -> None:
    assert len(shown(inert("<" * 5_000))) == MAXIMUM_CHARACTERS
    assert shown(inert("x" * 5_000)).endswith("…")


def test_a_table_has_one_line_a_row_and_few_rows() -> None:
    table = markdown_table(["a", "b"], [["x\ny\r\n", None]] * 50)
    lines = table.split("\n")
    assert len(lines) == 2 + MAXIMUM_ROWS
    assert all(line.count("|") == 3 for line in lines)
