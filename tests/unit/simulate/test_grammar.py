"""The grammar: every pattern can be written, templates vary where they should, strangers seldom say the same."""

import itertools

import numpy as np
import polars as pl
import pytest

from forensics.simulate.randomness import mix
from forensics.simulate.text.catalogue import LANGUAGES, catalogue
from forensics.simulate.text.grammar import Grammar, TextKeys
from forensics.simulate.text.typing_habits import add_habits
from forensics.simulate.work import HARD_FAMILIES, HUMAN_FAMILIES

SMALL = Grammar(
    {("word", "en"): ["a", "b", "c", "d"], ("verb", "en"): [f"v{n}" for n in range(50)]},
    {("plain", "en"): ["{!verb} {word} {word=} {5-9}"]},
)


def keys(count: int, salt: int = 0) -> TextKeys:
    """Make unrelated keys for so many texts."""
    frame, fill, topic = (mix(np.arange(count), salt + shift) for shift in (1, 2, 3))
    return TextKeys(frame, fill, topic, np.zeros(count, dtype=np.uint64))


def test_slots_are_filled_and_repeated_where_asked() -> None:
    texts = SMALL.write(np.zeros(300, dtype=np.int64), keys(300))
    parts = texts.str.split(" ").to_list()
    assert all(one == again and 5 <= int(number) <= 9 for _, one, again, number in parts)
    assert {one for _, one, _, _ in parts} == {"a", "b", "c", "d"}


def test_a_text_depends_on_its_keys_only() -> None:
    whole = SMALL.write(np.zeros(40, dtype=np.int64), keys(40))
    part = SMALL.write(np.zeros(10, dtype=np.int64), keys(40).take(np.arange(30, 40)))
    assert whole[30:].to_list() == part.to_list()


def test_a_variation_exchanges_the_frame_in_few_ways() -> None:
    count = 500
    same = np.full(count, 7, dtype=np.uint64)
    variation = 1 + mix(np.arange(count), 9) % np.uint64(1000)
    texts = SMALL.write(np.zeros(count, dtype=np.int64), TextKeys(same, same, same, variation))
    assert 1 < texts.n_unique() <= 4
    assert texts.str.split(" ").list.slice(1).n_unique() == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_pattern_of_a_language_can_be_written(language: str) -> None:
    grammar = catalogue()
    numbers = [n for n, (spoken, _) in enumerate(grammar.patterns) if spoken == language]
    patterns = np.repeat(np.array(numbers), 12)
    texts = grammar.write(patterns, keys(len(patterns)))
    assert texts.null_count() == 0
    assert texts.str.strip_chars().str.len_chars().min() > 0
    left_over = texts.filter(texts.str.contains(r"\{[!~]?[a-z_]+=?\}|\{\d+-\d+\}"))
    assert left_over.to_list() == []


def test_strangers_seldom_say_the_same() -> None:
    grammar = catalogue()
    count = 2_000
    repeated = {}
    for family, language in itertools.product(sorted({*HUMAN_FAMILIES, *HARD_FAMILIES}), LANGUAGES):
        unrelated = keys(count, salt=len(family))
        texts = grammar.write(grammar.choose_patterns(family, language, unrelated.frame), unrelated)
        repeated[family, language] = 1 - texts.n_unique() / count
    assert {place: share for place, share in repeated.items() if share > 0.02} == {}


def test_slips_are_people_s_and_machines_make_none() -> None:
    texts = pl.Series(["Explain the tides because they should matter, please."] * 600)
    nobody = np.zeros(600, dtype=np.uint64)
    people = mix(np.arange(600), 4)
    assert add_habits(texts, nobody, people).to_list() == texts.to_list()
    typed = add_habits(texts, people, mix(people, 1))
    assert 0.1 < (typed != texts).mean() < 0.6
