"""The baseline that the capability classifier must beat: bags of words and a logistic regression, on the same prompts.

Not a test. `python tests/benchmarks/capability_baseline.py LABELLED.parquet` (columns prompt and capability) prints
how often each of the two is right, their macro-F1 over the capabilities that the file labels, and what the classifier
costs.
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


def macro_f1(truth: NDArray[np.str_], found: NDArray[np.str_]) -> float:
    """Mean over the labels of the harmonic mean of precision and recall."""
    labels = np.unique(truth)
    return float(
        np.mean([2 * ((truth == x) & (found == x)).sum() / ((truth == x).sum() + (found == x).sum()) for x in labels])
    )


def main(labelled: Path) -> None:
    """Print how well each of the two names the labelled capability."""
    frame = pl.read_parquet(labelled)
    truth = frame["capability"].to_numpy()
    classifier = load_classifier()
    classifier.scores(frame["prompt"].head(1))
    began = time.process_time()
    scores = classifier.scores(frame["prompt"])
    seconds = time.process_time() - began
    names = np.array(classifier.taxonomy.names)
    own = names[first_of(scores, tags_of(scores, classifier.taxonomy), classifier.taxonomy)]
    words = bag_of_words().predict(frame["prompt"].to_list())
    for name, found in (("classifier", own), ("bag of words", words)):
        print(f"{name}: right {(found == truth).mean():.3f}, macro-F1 {macro_f1(truth, found):.3f}")
    print(f"classifier: {seconds / max(len(frame), 1) * 1e6:.1f} µs of processor time a prompt")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
