"""The baseline that the capability classifier must beat: bags of words and a logistic regression, on the same prompts.

Not a test. `python tests/benchmarks/capability_baseline.py LABELLED.parquet` (columns prompt and family) prints for
both macro-F1, precision and recall of each family, and what the classifier costs. A family is one of `FAMILIES`, or a
capability of the taxonomy, which counts as its family. Each prompt has one label: the capability that names it.
"""

import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.core.capabilities import load_classifier, load_taxonomy
from forensics.core.capabilities.classifier import first_of, tags_of
from forensics.core.capabilities.taxonomy import LAYERS
from forensics.core.capabilities.train import SEED, with_examples
from forensics.core.capabilities.training.grammar import training_prompts


def bag_of_words() -> Any:
    """A model of words and pairs of words that names one capability, trained on the project's prompts."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    taxonomy = load_taxonomy()
    layer = {entry.name: (LAYERS.index(entry.layer), entry.bit) for entry in taxonomy.capabilities}
    prompts = with_examples(training_prompts(SEED, draws=8), taxonomy)
    first = [min(prompt.capabilities, key=lambda name: layer[name]) for prompt in prompts]
    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
        LogisticRegression(C=10, max_iter=200, class_weight="balanced"),
    )
    return model.fit([prompt.text for prompt in prompts], first)


FAMILIES = {
    "reasoning": ("reasoning_before", "reasoning_inline", "reasoning_afterwards", "reasoning_disguised"),
    "grading": ("rubric_grading", "preference_labelling"),
    "ordinary": ("ordinary_chat", "writing", "translation"),
}
"""Families that labelled files tell apart, where they hold several capabilities; every other one is its own."""


def families_of(labels: NDArray[np.str_]) -> NDArray[np.str_]:
    """The family of each capability; what is no capability stays as it is."""
    family = {capability: name for name, held in FAMILIES.items() for capability in held}
    return np.array([family.get(label, label) for label in labels])


def print_scores(name: str, truth: NDArray[np.str_], found: NDArray[np.str_]) -> None:
    """Macro-F1 over the families of the file, then each one's precision and recall."""
    rows = []
    for label in np.unique(truth):
        right, said, there = ((truth == label) & (found == label)).sum(), (found == label).sum(), (truth == label).sum()
        rows.append((label, right / max(said, 1), right / there, 2 * right / (said + there), there))
    print(f"{name}: right {(found == truth).mean():.3f}, macro-F1 {np.mean([row[3] for row in rows]):.3f}")
    for label, precision, recall, f1, count in rows:
        print(f"  {label}: precision {precision:.2f}, recall {recall:.2f}, F1 {f1:.2f} of {count:,} prompts")


def main(labelled: Path) -> None:
    """Print how well each of the two names the labelled family."""
    frame = pl.read_parquet(labelled)
    truth = families_of(frame["family"].to_numpy())
    classifier = load_classifier()
    classifier.scores(frame["prompt"].head(1))
    began = time.process_time()
    scores = classifier.scores(frame["prompt"])
    seconds = time.process_time() - began
    names = np.array(classifier.taxonomy.names)
    own = names[first_of(scores, tags_of(scores, classifier.taxonomy), classifier.taxonomy)]
    print_scores("classifier", truth, families_of(own))
    print_scores("bag of words", truth, families_of(bag_of_words().predict(frame["prompt"].to_list())))
    print(f"classifier: {len(frame) / seconds:,.0f} prompts a second of processor time")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
