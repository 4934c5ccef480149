"""Names of organisations as keys that agree where spelling, script, legal form or word order of a name differ.

    name       深圳市腾云科技有限公司      Shenzhen Tengyun Technology Co., Ltd.
    name       腾云科技                   shenzhentengyuntechnology            without its legal form
    sound      tengyunkeji               shenzhentengyuntechnology            in Latin letters
    stem       tengyun                   tengyun                              without place and trade as well

Han characters are read by pinyin with the usual readings of phrases (pypinyin), every other script by anyascii. A key
says that two names are worth comparing, never that two organisations are one. Known drawbacks: an English brand and a
Chinese name that translate each other share no key; Japanese names in Han characters are read as Chinese ones.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import polars as pl

NAME_CHARACTERS = 300
"""Characters of a name that are read: whoever registers it chooses it."""

SHOWN_CHARACTERS = 200
"""Characters of a name that are shown."""

SHORTEST_STEM = 3
"""Letters a stem needs: two are the initials of too many."""

HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002ffff]+")

_PARTS = {
    name: tuple(words.split())
    for name, words in tomllib.loads(Path(__file__).with_name("name_parts.toml").read_text("utf-8")).items()
}
"""What says nothing of who somebody is: legal forms, trades, places."""

HAN_FORMS, HAN_TRADES = _PARTS["han_forms"], _PARTS["han_trades"]
LATIN_FORMS = frozenset(_PARTS["latin_forms"])
LATIN_COMMON = frozenset(_PARTS["latin_trades"] + _PARTS["latin_places"])

HAN_PLACE = re.compile(
    r"^(?:(?:[\u4e00-\u9fff]{2,3}(?:省|市|自治区|特别行政区)){1,2}|" + "|".join(_PARTS["han_places"]) + ")"
)

KEPT = frozenset(".'&()")
"""Signs that hold a legal form or a word together, or set a place apart; every other one parts words."""

PARTING = re.compile(r"[^a-z0-9.'&() ]")
"""The same for names in plain letters, of which there are most."""

WORD = re.compile(r"[a-z0-9]+")
DOTTED = re.compile(r"\b(?:[a-z]\.\s?){2,}")
"""Initials with points, like L.L.C. or G.m.b.H. once lower case."""


def name_keys(organisations: pl.DataFrame) -> pl.DataFrame:
    """Every key of every name.

    Args:
        organisations: organisation_id, name.

    Returns:
        organisation_id, key_kind (`name`, `name_sound` or `name_stem`), key; distinct and sorted.
    """
    different = organisations["name"].drop_nulls().unique().sort().to_list()
    rows = [(name, kind, key) for name in different for kind, key in keys_of(name)]
    keys = pl.DataFrame(rows, schema={"name": pl.String, "key_kind": pl.String, "key": pl.String}, orient="row")
    joined = organisations.select("organisation_id", "name").join(keys, on="name")
    return joined.select("organisation_id", "key_kind", "key").unique().sort(pl.all())


def on_one_line(name: str) -> pl.Expr:
    """A column of names without control and format characters, bounded, fit to be shown."""
    text = pl.col(name).str.head(4 * SHOWN_CHARACTERS).str.replace_all(r"\s+", " ").str.replace_all(r"\p{C}", "")
    return text.str.strip_chars().str.head(SHOWN_CHARACTERS)


def keys_of(name: str) -> list[tuple[str, str]]:
    """The keys of one name, sorted; a name in two scripts has those of both.

    Example:
        >>> keys_of("深圳市腾云科技有限公司")
        [('name', '腾云科技'), ('name_sound', 'tengyunkeji'), ('name_stem', 'tengyun')]
        >>> keys_of("Acme G.m.b.H.")
        [('name', 'acme'), ('name_sound', 'acme'), ('name_stem', 'acme')]
    """
    folded = unicodedata.normalize("NFKC", name[:NAME_CHARACTERS]).casefold()
    if folded.isascii():
        return sorted({*_latin_keys(PARTING.sub(" ", folded))})
    text = "".join(one if unicodedata.category(one)[0] in "LMN" or one in KEPT else " " for one in folded)
    return sorted({*_han_keys(text), *_latin_keys(HAN.sub(" ", text))})


def _han_keys(text: str) -> Iterator[tuple[str, str]]:
    core = "".join(HAN.findall(re.sub(r"\([^)]*\)", "", text))) or "".join(HAN.findall(text))
    core = _without(core, HAN_FORMS)
    local = HAN_PLACE.sub("", core)
    core = local if len(local) >= 2 else core
    if len(core) < 2:
        return
    yield "name", core
    yield "name_sound", _pinyin(core)
    stem = _pinyin(_without(core, HAN_TRADES))
    if len(stem) >= SHORTEST_STEM:
        yield "name_stem", stem


def _without(core: str, endings: tuple[str, ...]) -> str:
    """A name in Han characters without these endings (or beginnings): nothing is left, or two characters."""
    shortened = core not in endings
    core = core if shortened else ""
    while shortened:
        shortened = False
        for ending in endings:
            if len(core) >= len(ending) + 2 and (core.endswith(ending) or core.startswith(ending)):
                core = core.removesuffix(ending) if core.endswith(ending) else core.removeprefix(ending)
                shortened = True
                break
    return core


def _latin_keys(text: str) -> Iterator[tuple[str, str]]:
    latin = _ascii(text).lower()
    latin = DOTTED.sub(lambda found: re.sub(r"[.\s]", "", found.group()) + " ", latin)
    words = WORD.findall(latin.replace("'", "").replace("&", " "))
    core = [word for place, word in enumerate(words) if place == 0 or word not in LATIN_FORMS]
    core = core[1:] if core[1:] and core[0] in LATIN_FORMS else core
    key = "".join(core)
    if len(key) < 2 or key in LATIN_FORMS:
        return
    yield "name", key
    yield "name_sound", key
    stem = "".join(word for word in core if word not in LATIN_COMMON)
    if len(stem) >= SHORTEST_STEM:
        yield "name_stem", stem


def _pinyin(text: str) -> str:
    from pypinyin import lazy_pinyin

    return "".join(WORD.findall(_ascii("".join(lazy_pinyin(text, v_to_u=False))).lower()))


def _ascii(text: str) -> str:
    if text.isascii():
        return text
    from anyascii import anyascii

    return str(anyascii(text))
