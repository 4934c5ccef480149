"""How files that training did not see are told: `python -m forensics.core.capabilities.training.left_out FILE …`.

Patterns that are held out at random resemble those beside them in their file; a whole file holds situations and
wordings of its own, as prompts from elsewhere do. Cues are another matter: their lists were written knowing every file,
so what is found by cues alone looks better here than it is.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import click
import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.core.capabilities.classifier import EvidenceClassifier, first_of, tags_of
from forensics.core.capabilities.cues import CueIndex
from forensics.core.capabilities.taxonomy import Taxonomy, load_taxonomy
from forensics.core.capabilities.train import SEED, train
from forensics.core.capabilities.training.fitting import label_matrix
from forensics.core.capabilities.training.grammar import INSTRUCTIONS, WHOLE_PROMPTS, Prompt, training_prompts
from forensics.core.capabilities.weights import load_weights

PROMPTS_MINIMUM = 60
"""A capability with fewer prompts in a file says nothing about it."""


def left_out(file: str, taxonomy: Taxonomy) -> tuple[NDArray[np.str_], NDArray[np.str_], float]:
    """Train without a file and read the file's prompts.

    Args:
        file: name of a file of patterns.
        taxonomy: the capabilities.

    Returns:
        The capability that names each of the file's whole prompts, the one that was found, and the share of prompts
        without a demand in which one was found.
    """
    whole, instructions = training_prompts(SEED), training_prompts(SEED, folders=(WHOLE_PROMPTS, INSTRUCTIONS))
    held = [prompt for prompt in instructions if prompt.file == file]
    cues = CueIndex(taxonomy)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "weights.npz"
        train(taxonomy, _without(whole, file), _without(instructions, file)).write(path)
        classifier = EvidenceClassifier(taxonomy, cues, load_weights(taxonomy, path))
    scores = classifier.scores(pl.Series([prompt.text for prompt in held], dtype=pl.String))
    labels = label_matrix(held, taxonomy)
    names = np.array(taxonomy.names)
    demands = np.array([capability.layer == "demand" for capability in taxonomy.capabilities])
    truth = names[first_of(np.where(labels, 1, -1).astype(np.float32), labels, taxonomy)]
    tags = tags_of(scores, taxonomy)
    innocent = ~labels[:, demands].any(axis=1)
    false = tags[:, demands].any(axis=1) & innocent
    return truth, names[first_of(scores, tags, taxonomy)], float(false.sum() / max(innocent.sum(), 1))


def _without(prompts: list[Prompt], file: str) -> list[Prompt]:
    return [prompt for prompt in prompts if prompt.file != file]


@click.command(help=(__doc__ or "").split("\n")[0])
@click.argument("files", nargs=-1, required=True)
def main(files: tuple[str, ...]) -> None:
    """Print macro-F1 of the capabilities of each file when training leaves it out."""
    taxonomy = load_taxonomy()
    for file in files:
        truth, found, false = left_out(file, taxonomy)
        scores = {}
        for name in taxonomy.names:
            there, said = truth == name, found == name
            if there.sum() >= PROMPTS_MINIMUM:
                scores[name] = 2 * (there & said).sum() / (there.sum() + said.sum())
        click.echo(f"{file}: macro-F1 {np.mean(list(scores.values())):.3f}, false demands {100 * false:.2f} %")
        for name, score in sorted(scores.items(), key=lambda item: item[1]):
            click.echo(f"  {name}: {score:.2f}")


if __name__ == "__main__":
    main()
