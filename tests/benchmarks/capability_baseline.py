"""The baseline that the capability classifier must beat: bags of words and a logistic regression, on the same prompts.

Not a test. `python tests/benchmarks/capability_baseline.py LABELLED.parquet` (columns prompt and capability) prints
how often each of the two is right.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

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


def main(labelled: Path) -> None:
    """Print how often each of the two names the labelled capability."""
    frame = pl.read_parquet(labelled)
    truth = frame["capability"].to_numpy()
    classifier = load_classifier()
    scores = classifier.scores(frame["prompt"])
    names = np.array(classifier.taxonomy.names)
    own = names[first_of(scores, tags_of(scores, classifier.taxonomy), classifier.taxonomy)]
    words = bag_of_words().predict(frame["prompt"].to_list())
    print(f"classifier {(own == truth).mean():.3f}   bag of words {(words == truth).mean():.3f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
