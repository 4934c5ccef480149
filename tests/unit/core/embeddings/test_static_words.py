"""The default embedder against a plain mean over the package's own tokens, and what it refuses."""

import shutil
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from forensics.core.embeddings import StaticWordEmbedder, excerpt
from forensics.core.embeddings.static_words import TOKENS, WEIGHTS
from forensics.core.embeddings.words import HEAD_CHARACTERS, TAIL_CHARACTERS, words_of
from forensics.errors import EmbedderError

PACKAGE = Path(find_spec("wordllama").origin).parent  # type: ignore[union-attr, arg-type]
TEXTS = (
    "Please explain, step by step, why 1,024 is a power of two!",
    "Vergleiche beide Antworten und vergib 1 bis 10 Punkte.",
    "Объясни решение подробно: почему ответ 42?",
    "请逐步说明为什么这个答案是正确的",
    "من فضلك اشرح الحل خطوة بخطوة",
    "def add(a, b):  # adds",
)


@pytest.fixture(scope="module")
def embedder() -> StaticWordEmbedder:
    return StaticWordEmbedder()


def test_it_is_the_mean_of_the_tokens_vectors(embedder: StaticWordEmbedder) -> None:
    tokeniser = Tokenizer.from_file(str(PACKAGE / TOKENS[0]))
    weights = load_file(PACKAGE / WEIGHTS[0])["embedding.weight"].astype(np.float64)
    means = np.stack([weights[tokeniser.encode(text, add_special_tokens=False).ids].mean(axis=0) for text in TEXTS])
    expected = means / np.linalg.norm(means, axis=1, keepdims=True)
    similarity = (embedder.encode(pl.Series(TEXTS)) * expected).sum(axis=1)
    # Only the two spaces and the way a sign is glued to the next may differ.
    assert similarity.min() > 0.97
    assert np.median(similarity) > 0.999


def test_neither_the_other_texts_nor_their_order_change_a_vector(embedder: StaticWordEmbedder) -> None:
    together = embedder.encode(pl.Series(TEXTS))
    assert np.array_equal(embedder.encode(pl.Series(TEXTS[::-1]))[::-1], together)
    for text, vector in zip(TEXTS, together, strict=True):
        assert np.array_equal(embedder.encode(pl.Series([text]))[0], vector)


def test_texts_on_one_topic_are_nearer_than_texts_on_two(embedder: StaticWordEmbedder) -> None:
    cooking, baking, tax = embedder.encode(
        pl.Series(["How long do I boil potatoes?", "Which oven heat for potato gratin?", "When is my tax return due?"])
    )
    assert cooking @ baking > max(cooking @ tax, baking @ tax) + 0.1


@given(st.lists(st.text(), max_size=5))
@settings(max_examples=25, deadline=None)
def test_any_text_has_a_unit_vector_or_zeros(embedder: StaticWordEmbedder, texts: list[str]) -> None:
    vectors = embedder.encode(excerpt(pl.Series(texts, dtype=pl.String)))
    assert vectors.shape == (len(texts), 256)
    lengths = np.linalg.norm(vectors, axis=1)
    assert np.all(np.isclose(lengths, 1, atol=1e-5) | (lengths == 0))


def test_nothing_to_say_is_zeros_and_no_text_is_no_row(embedder: StaticWordEmbedder) -> None:
    assert not embedder.encode(pl.Series(["", " \n\t ", None])).any()
    assert embedder.encode(pl.Series([], dtype=pl.String)).shape == (0, 256)


def test_special_tokens_in_a_prompt_are_text_like_any_other(embedder: StaticWordEmbedder) -> None:
    vectors = embedder.encode(pl.Series(["<s> </s> <unk> hello", "\u2581\x00\r\n\x85\u2028 hello" * 40]))
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_long_prompt_is_its_head_and_its_tail() -> None:
    head, tail = "ü" * HEAD_CHARACTERS, "界" * TAIL_CHARACTERS
    short = "ж" * (HEAD_CHARACTERS + TAIL_CHARACTERS)
    assert excerpt(pl.Series([head + "x" * 99 + tail, short, None])).to_list() == [f"{head} {tail}", short, ""]


def test_words_keep_their_order_and_the_space_before_them() -> None:
    words = words_of(pl.Series(["Ask 12,\nask 日本", "", "ask"]))
    spelled = [words.distinct.gather(words.places[a:b]).to_list() for a, b in pairwise(words.bounds)]
    assert spelled == [[" Ask", " 1", "2", ",", "\nask", "日", "本"], [], [" ask"]]


def test_missing_and_altered_weights_are_refused_with_both_causes(tmp_path: Path) -> None:
    (tmp_path / "tokenizers").mkdir()
    shutil.copyfile(PACKAGE / TOKENS[0], tmp_path / TOKENS[0])
    with (tmp_path / TOKENS[0]).open("a") as file:
        file.write(" ")
    with pytest.raises(EmbedderError) as refusal:
        StaticWordEmbedder(folder=tmp_path)
    assert [WEIGHTS[0] in refusal.value.faults[0], TOKENS[1] in refusal.value.faults[1]] == [True, True]
    assert "embedder" in refusal.value.next_step


def test_dimensions_are_those_the_weights_were_trained_for(embedder: StaticWordEmbedder) -> None:
    few = StaticWordEmbedder(64)
    assert few.encode(pl.Series(TEXTS)).shape == (len(TEXTS), 64)
    assert few.id != embedder.id
    with pytest.raises(EmbedderError):
        StaticWordEmbedder(100)
