"""Hashed words: the same in every process, alike in every script, and what hostile text does to them."""

import random
import re
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forensics.core.embeddings.hashing import (
    FORM_DIMENSIONS,
    PHRASE_DRAWS,
    HashingEmbedder,
    form_vectors,
    mixed,
    phrase_hashes,
    smallest_phrases,
    word_hashes,
)
from forensics.core.embeddings.words import WORD, words_of
from forensics.features.breadth import effective_counts
from forensics.simulate.text import languages

TEXTS = (
    "Grade the answer from 1 to 10.",
    "grade  the ANSWER from 7 to 10.",
    "Bake a cake with two eggs.",
    "日本語で説明して",
)


def _forms(texts: list[str]) -> np.ndarray:
    words = words_of(pl.Series(texts, dtype=pl.String))
    return form_vectors(words, word_hashes(words.distinct))


def test_hashes_are_those_of_every_process_and_day() -> None:
    # Written down once: a change would make stored vectors of two days strangers to each other.
    assert mixed(np.array([0, 1], np.uint64)).tolist() == [16294208416658607535, 10451216379200822465]
    assert word_hashes(pl.Series([" Grade", "7", "日"])).tolist() == [
        14127357945556154476, 8493733112532773764, 14673669960845880234
    ]  # fmt: skip


def test_case_space_and_digits_do_not_change_the_form_and_words_do() -> None:
    forms = _forms([*TEXTS, "Grade the answer from 9 to 10.\n"])
    assert forms[0] @ forms[1] > 0.999 and forms[0] @ forms[4] > 0.999
    assert abs(forms[0] @ forms[2]) < 0.5


def test_the_form_is_signed_counts_of_hashed_pairs() -> None:
    words = words_of(pl.Series([TEXTS[2]]))
    hashes = word_hashes(words.distinct)[words.places].tolist()
    expected = np.zeros(FORM_DIMENSIONS)
    for first, second in pairwise(hashes):
        with np.errstate(over="ignore"):
            pair = int(mixed(mixed(np.array([first], np.uint64)) + np.uint64(second))[0])
        expected[pair % FORM_DIMENSIONS] += 1 if pair >> 40 & 1 else -1
    expected = np.sign(expected) * np.sqrt(np.abs(expected))
    assert np.allclose(_forms([TEXTS[2]])[0], expected / np.linalg.norm(expected), atol=1e-6)


def test_phrases_are_the_runs_within_one_text() -> None:
    words = words_of(pl.Series(["a b c d", "", "e f", "g h i"]))
    hashes = word_hashes(words.distinct)
    grams, bounds = phrase_hashes(words, hashes, 3)
    assert bounds.tolist() == [0, 2, 2, 2, 3]
    alone, _ = phrase_hashes(words_of(pl.Series(["g h i"])), hashes[[6, 7, 8]], 3)
    assert grams[2] == alone[0]
    assert len(set(grams.tolist())) == 3


def test_two_prompts_share_smallest_phrases_as_often_as_phrases() -> None:
    rng = np.random.default_rng(1)
    vocabulary = np.array([f"w{number}" for number in range(5000)])
    common, pairs = rng.choice(vocabulary, (400, 40)), []
    for row in common:
        own = rng.choice(vocabulary, (2, 20))
        pairs += [" ".join([*row, *own[0]]), " ".join([*row, *own[1]])]
    words = words_of(pl.Series(pairs), r"\S+")
    smallest = smallest_phrases(words, word_hashes(words.distinct))
    shared = (smallest[0::2] == smallest[1::2]).mean()
    # 38 triples in common of 58 + 58 − 38.
    assert shared == pytest.approx(38 / 78, abs=0.04)


def test_a_text_of_one_word_is_a_phrase_and_an_empty_one_is_none() -> None:
    words = words_of(pl.Series(["hi", "", "hi", "ho"]))
    smallest = smallest_phrases(words, word_hashes(words.distinct))
    assert smallest.shape == (4, PHRASE_DRAWS)
    assert np.array_equal(smallest[0], smallest[2])
    assert not np.array_equal(smallest[0], smallest[3])
    assert (smallest[1] == 0xFFFFFFFF).all()


@given(st.lists(st.text(), max_size=6))
@settings(max_examples=25, deadline=None)
def test_any_text_has_a_form_and_a_hashed_vector(texts: list[str]) -> None:
    series = pl.Series(texts, dtype=pl.String)
    words = words_of(series)
    for vectors in (form_vectors(words, word_hashes(words.distinct)), HashingEmbedder(64).encode(series)):
        lengths = np.linalg.norm(vectors, axis=1)
        assert np.all(np.isclose(lengths, 1, atol=1e-5) | (lengths == 0))
    hashes = word_hashes(words.distinct)
    phrases, bounds = phrase_hashes(words, hashes, 3)
    for row, found in enumerate(smallest_phrases(words, hashes)):
        own = phrases[bounds[row] : bounds[row + 1]]
        assert not len(own) or found[0] == ((own * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(32)).min()


ODD = " \t\u3000\u00a0aé漢か๓ก1٣１。、.!—€😀\u200b\u0301한м{\u00ad𠀀𝒜\U000e0001²Ⅳ！"


@given(st.lists(st.text(st.one_of(st.sampled_from(ODD), st.characters(exclude_categories=["Cs"]))), max_size=6))
@settings(max_examples=50, deadline=None)
def test_the_compiled_split_finds_the_words_of_the_expression(texts: list[str]) -> None:
    found, expected = (words_of(pl.Series(texts, dtype=pl.String), pattern) for pattern in (WORD, f"(?:{WORD})"))
    assert found.distinct.to_list() == expected.distinct.to_list()
    assert found.places.tolist() == expected.places.tolist()
    assert found.bounds.tolist() == expected.bounds.tolist()


def test_the_hashing_embedder_knows_word_stems_and_no_order_of_texts() -> None:
    embedder = HashingEmbedder()
    run, running, tax = embedder.encode(pl.Series(["run along the river", "running along rivers", "tax return"]))
    assert run @ running > run @ tax + 0.3
    assert np.array_equal(embedder.encode(pl.Series(TEXTS[::-1]))[::-1], embedder.encode(pl.Series(TEXTS)))


def _written(language: str) -> list[str]:
    """Forty prompts on everyday matters in a language, from the simulator's sentences and words."""
    rng, tables = random.Random(language), languages.TABLES[language]

    def fill(text: str) -> str:
        def one(slot: re.Match[str]) -> str:
            name = slot[1].strip("~=").removesuffix("_cap")
            return fill(rng.choice(tables[name])) if name in tables else str(rng.randint(2, 999))

        return re.sub(r"\{([^}]+)\}", one, text)

    families = languages.FAMILIES[language]
    return [fill(rng.choice(families[name])) for name in ("chat", "writing", "knowledge", "support") * 10]


def test_prompts_of_every_language_are_told_apart_alike() -> None:
    """The learned view fails here: by it, any two Hindi prompts are nearly one (1.4 different ones among eight)."""
    breadth = {}
    for language in languages.FAMILIES:
        forms = _forms(_written(language))
        breadth[language] = effective_counts(forms.reshape(5, 8, -1)).mean()
    assert len(breadth) == 9
    assert min(breadth.values()) > 6 and max(breadth.values()) < 7.8
