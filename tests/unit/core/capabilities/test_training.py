"""Training: the same bytes each time, and right on prompts of patterns and on examples that it never saw."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from forensics.core.capabilities import EvidenceClassifier, load_taxonomy
from forensics.core.capabilities.classifier import tags_of
from forensics.core.capabilities.cues import CueIndex
from forensics.core.capabilities.embedding_classifier import EmbeddingClassifier
from forensics.core.capabilities.train import train
from forensics.core.capabilities.training.fitting import label_matrix
from forensics.core.capabilities.training.grammar import Prompt, training_prompts
from forensics.core.capabilities.weights import SHIPPED, load_weights
from forensics.core.embeddings import load_embedder

TAXONOMY = load_taxonomy()
FOLDS = 3


@pytest.fixture(scope="module")
def prompts() -> list[Prompt]:
    return training_prompts(1, draws=3)


@pytest.fixture(scope="module")
def classifier(prompts: list[Prompt], tmp_path_factory: pytest.TempPathFactory) -> EvidenceClassifier:
    """Trained on two thirds of the patterns, and on no example of the taxonomy."""
    path = tmp_path_factory.mktemp("weights") / "weights.npz"
    kept = [prompt for prompt in prompts if prompt.pattern % FOLDS]
    train(TAXONOMY, kept, kept).write(path)
    return EvidenceClassifier(TAXONOMY, CueIndex(TAXONOMY), load_weights(TAXONOMY, path))


def test_prompts_are_the_same_for_a_seed_and_cover_every_capability(prompts: list[Prompt]) -> None:
    assert prompts == training_prompts(1, draws=3)
    assert {name for prompt in prompts for name in prompt.capabilities} == set(TAXONOMY.names)
    assert all(prompt.text.strip() for prompt in prompts)


def test_patterns_held_out_are_told_apart(prompts: list[Prompt], classifier: EvidenceClassifier) -> None:
    held = [prompt for prompt in prompts if prompt.pattern % FOLDS == 0]
    truth = label_matrix(held, TAXONOMY)
    tags = tags_of(classifier.scores(pl.Series([prompt.text for prompt in held])), TAXONOMY)
    right = (truth & tags).sum(axis=0)
    recall, precision = right / truth.sum(axis=0), right / np.maximum(tags.sum(axis=0), 1)
    f1 = 2 * recall * precision / np.maximum(recall + precision, 1e-9)
    scores = dict(zip(TAXONOMY.names, f1.round(2).tolist(), strict=True))
    assert f1.mean() >= 0.7, scores
    assert f1.min() >= 0.3, scores


def test_the_taxonomys_examples_are_told_by_what_they_are_not_by_memory(classifier: EvidenceClassifier) -> None:
    right, count = 0, 0
    for column, capability in enumerate(TAXONOMY.capabilities):
        tags = tags_of(classifier.scores(pl.Series(capability.examples)), TAXONOMY)[:, column]
        right, count = right + int(tags.sum()), count + len(tags)
        assert tags.any(), capability.name
    assert right >= 0.7 * count


def test_the_shipped_weights_tag_their_examples() -> None:
    classifier = EvidenceClassifier(TAXONOMY, CueIndex(TAXONOMY), load_weights(TAXONOMY))
    for column, capability in enumerate(TAXONOMY.capabilities):
        tags = tags_of(classifier.scores(pl.Series(capability.examples)), TAXONOMY)[:, column]
        assert tags.mean() >= 0.6, capability.name


def test_weights_are_small_and_written_alike(tmp_path: Path, prompts: list[Prompt]) -> None:
    assert SHIPPED.stat().st_size < 2_000_000
    few = prompts[::25]
    for name in ("one.npz", "two.npz"):
        train(TAXONOMY, few, few).write(tmp_path / name)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()


def test_any_embedder_can_take_the_place_of_the_words() -> None:
    classifier = EmbeddingClassifier.trained(TAXONOMY, load_embedder("hashing"), draws=1)
    column = TAXONOMY.names.index("coding")
    scores = classifier.scores(pl.Series(["Write a Python function that sorts a list.", "Why do cats purr?"]))
    assert scores.shape == (2, len(TAXONOMY.names))
    assert scores[0, column] > 0 > scores[1, column]
    assert classifier.id.startswith("embedding-")
