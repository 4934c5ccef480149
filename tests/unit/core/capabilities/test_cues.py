"""Where a phrase counts: whole words in letters with spaces, anywhere in other scripts; against a plain search."""

import re

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forensics.core.capabilities.classifier import EvidenceClassifier
from forensics.core.capabilities.cues import HITS_CAP, LOGARITHMS, CueIndex
from forensics.core.capabilities.edges import window_scores, with_edges
from forensics.core.capabilities.excerpts import EDGES, WINDOWS, excerpts_of
from forensics.core.capabilities.gram_weighing import gram_table, weigh_grams
from forensics.core.capabilities.grams import BUCKETS, gram_matrix
from forensics.core.capabilities.loading import load_classifier
from forensics.core.capabilities.taxonomy import Taxonomy, load_taxonomy

LISTS = {
    "spaced": ("rate the", "оцени*", "c++", "<think>"),
    "unspaced": ("评分", "ให้คะแนน"),
    "mixed": ("python", "run"),
}
INDEX = CueIndex(Taxonomy((), LISTS))


def _hits(prompt: str) -> dict[str, int]:
    counts = INDEX.features(excerpts_of(pl.Series([prompt])))[0][0, : len(INDEX.lists)]
    return {name: round(2 ** float(value) - 1) for name, value in zip(INDEX.lists, counts, strict=True) if value}


@pytest.mark.parametrize(
    ("prompt", "found"),
    [
        ("Rate the answer", {"spaced": 1}),
        ("Generate them", {}),
        ("Pirate theme", {}),
        ("rate  the", {}),
        ("Оцените ответ", {"spaced": 1}),
        ("переоцени", {}),
        ("use C++ or python3", {"spaced": 1}),
        ("用python写，请评分吧", {"mixed": 1, "unspaced": 1}),
        ("éрython", {}),
        ("épython pythoné", {}),
        ("(python)\nrun,run", {"mixed": 3}),
        ("<THINK>x</think>", {"spaced": 1}),
        ("", {}),
    ],
)
def test_phrases_count_where_they_are_words(prompt: str, found: dict[str, int]) -> None:
    assert _hits(prompt) == found


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(alphabet="run python_é评分 ,.", max_size=30), max_size=8))
def test_hits_are_those_of_a_plain_search(prompts: list[str]) -> None:
    counts = INDEX.features(excerpts_of(pl.Series(prompts, dtype=pl.String)))[0][:, : len(INDEX.lists)]
    for prompt, row in zip(prompts, counts, strict=True):
        words = len(re.findall(r"(?<![a-z0-9_é])(?:run|python)(?![a-z0-9_é])", prompt.lower()))
        assert row[INDEX.lists.index("mixed")] == np.float32(np.log2(1 + min(words, 7)))
        assert row[INDEX.lists.index("unspaced")] == np.float32(np.log2(1 + min(prompt.count("评分"), 7)))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=80), max_size=6))
def test_the_compiled_pass_weighs_the_same_n_grams_as_the_matrix(prompts: list[str]) -> None:
    weights = np.random.default_rng(3).normal(size=(BUCKETS, 3)).astype(np.float32)
    excerpts = excerpts_of(pl.Series([*prompts, "ordinary words 12 and 数据模型学习 อ่านบทความ", ""], dtype=pl.String))
    whole, windows = weigh_grams(excerpts, gram_table(weights, weights[:, :2]))
    expected = gram_matrix(excerpts) @ weights
    assert np.allclose(whole, expected, atol=1e-4)
    short = np.diff(excerpts.starts) <= EDGES[0]
    assert np.allclose(windows[short], expected[short][:, None, :2], atol=1e-4)


def test_a_window_holds_what_stands_wholly_in_it() -> None:
    weights = np.random.default_rng(4).normal(size=(BUCKETS, 2)).astype(np.float32)
    head, tail = "请先写出思考过程 and rate the answer ", " rate it, оцени в конце 评分"
    prompts = pl.Series([head + "… " * 200 + tail, head + "… " * 20, "… " * 20 + tail, head, tail])
    excerpts = excerpts_of(prompts)
    windows = weigh_grams(excerpts, gram_table(weights, weights))[1]
    cut = [excerpts.data[: EDGES[0]].tobytes(), excerpts.data[: excerpts.starts[1]][-EDGES[0] :].tobytes()]
    parts = excerpts_of(pl.Series([data.decode("utf-8", "ignore") for data in cut]))
    expected = gram_matrix(parts) @ weights
    assert np.allclose(windows[0, 0], expected[0], atol=1e-4)
    hits = INDEX.features(excerpts)[1]
    found = (2**hits - 1).round().astype(int)[..., [INDEX.lists.index(name) for name in ("spaced", "unspaced")]]
    assert found[0].tolist() == [[1, 0], [1, 0], [1, 1], [1, 1]]
    assert found[3].tolist() == [[1, 0]] * WINDOWS
    assert found[4].tolist() == [[1, 1]] * WINDOWS


def test_the_compiled_pass_counts_the_hits_of_the_automaton() -> None:
    taxonomy = load_taxonomy()
    index = CueIndex(taxonomy)
    prompts = [text for capability in taxonomy.capabilities for text in capability.examples]
    prompts += ["".join(index.texts[place::97]) for place in range(40)] + ["", "\n", "é", "x" * 400 + "run"]
    excerpts = excerpts_of(pl.Series(prompts, dtype=pl.String))
    rows, phrases, _, wholes = index.hits(excerpts)
    expected = np.zeros((len(prompts), len(index.lists)))
    np.add.at(expected, rows, index._begun[phrases].toarray())
    np.add.at(expected, rows[wholes], index._whole[phrases[wholes]].toarray())
    found, near = index.features(excerpts)
    expected = np.minimum(expected, HITS_CAP)
    assert ((2 ** found[:, : index.whole_lists] - 1).round() == expected[:, : index.whole_lists]).all()
    short = np.diff(excerpts.starts) <= EDGES[0]
    assert ((2 ** near[short] - 1).round() == expected[short][:, None]).all()


def test_the_compiled_layer_takes_the_strongest_window() -> None:
    classifier, taxonomy = load_classifier(), load_taxonomy()
    assert isinstance(classifier, EvidenceClassifier)
    edges = classifier.weights.edges
    examples = [text for capability in taxonomy.capabilities for text in capability.examples]
    excerpts = excerpts_of(pl.Series([*examples, "".join(classifier.cues.texts[::41]), " ".join(examples[:20])]))
    hits, near = classifier.cues.features(excerpts)[1], classifier.cues.counted(excerpts)[1]
    weighed = weigh_grams(excerpts, classifier.gram_table)[1]
    scores = np.full((len(excerpts), len(taxonomy.names)), -2, dtype=np.float32)
    raised = with_edges(scores, near, LOGARITHMS, weighed, edges)
    scores[:, edges.columns] = np.maximum(-2, window_scores(hits, weighed, edges).max(axis=1))
    assert np.allclose(raised, scores, atol=1e-4)


def test_no_phrase_of_the_taxonomy_is_beyond_reach() -> None:
    taxonomy = load_taxonomy()
    index = CueIndex(taxonomy)
    phrases = [{**taxonomy.cues, **taxonomy.edge_cues}[name] for name in taxonomy.edge_lists]
    prompts = pl.Series([phrase.rstrip("*") for each in phrases for phrase in each])
    owner = np.repeat(np.arange(len(phrases)), [len(each) for each in phrases])
    found = index.features(excerpts_of(prompts))[1][np.arange(len(owner)), 0, owner]
    assert [prompts[int(row)] for row in np.flatnonzero(found == 0)] == []
