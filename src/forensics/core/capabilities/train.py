"""Train the capability weights on prompts written for the project: `python -m forensics.core.capabilities.train`.

One logistic regression a capability over named evidence and hashed n-grams, with a square penalty. Named evidence holds
in languages and on subjects that training never saw; n-grams that only one pattern has are left out. Capabilities and
languages weigh nearly alike, however many prompts they have. Words that fill slots are drawn, and models of different
draws differ in what stands near the threshold: several are averaged, which no reader of prompts pays for.

The result is the same bytes for the same library versions, whatever the threads and the instructions of the processor:
every sum is of sparse rows in a fixed order, in double precision, and is rounded to half of it when it is written. It
was tried with one and with two threads, with the kernels of BLAS for processors with and without fused multiplication
(`OPENBLAS_CORETYPE` Haswell, Sandybridge, Nehalem) and without the wide instructions of numpy and of the C library. The
file is shipped, so nobody needs to train.
"""

from dataclasses import replace
from pathlib import Path

import click
import numpy as np
import polars as pl
import scipy.sparse as sp
from numpy.typing import NDArray

from forensics.core.capabilities.cues import SHORT_BYTES, CueIndex
from forensics.core.capabilities.evidence import Calls, visible_evidence, visible_names
from forensics.core.capabilities.excerpts import excerpts_of
from forensics.core.capabilities.grams import gram_matrix
from forensics.core.capabilities.taxonomy import Taxonomy, load_taxonomy
from forensics.core.capabilities.training.edges import train_edges
from forensics.core.capabilities.training.fitting import TOLERANCE, fit_weights, label_matrix, without_rare
from forensics.core.capabilities.training.grammar import INSTRUCTIONS, WHOLE_PROMPTS, Prompt, training_prompts
from forensics.core.capabilities.weights import SHIPPED, WeightFile

SEED = 20260302
SCALES = ((1.0, 1.5, 1.0), (0.7, 5.0, 0.5))
"""Two models are trained and averaged, each with a scale of named evidence, one of n-grams (the larger, the less its
weights are penalised) and an inverse penalty. The first trusts cues and shapes, which hold in every language; the
second trusts words, which know better the languages they were trained in. On a file that was written after the lists of
cues and left out, the average beat both; on older files, whose words the lists know, the first alone did better."""

DEMAND_TOLERANCE = 1e-2
"""Where regressions of demands and of what else counts for an account's rates stop: early, which keeps their weights
small. What is wrongly found there speaks against an account. A prompt's ends have their own weights, which settle."""

DRAWINGS = 3
"""Models of other draws that are averaged. Of single ones, macro-F1 varies by half a hundredth and false demands by a
quarter; with six it is no better."""

CUE_NOISE = 0.07
CUE_NOISE_AT_EDGE = 0.5
"""How often training adds a hit to a list that has none, and how often at an edge: real prompts contain "final",
"party" or "score" by accident far more often than written ones, and one accidental hit must not decide."""


def train(taxonomy: Taxonomy, prompts: list[Prompt], instructions: list[Prompt]) -> WeightFile:
    """Train weights for a taxonomy.

    Args:
        taxonomy: with the capabilities that the prompts are labelled with.
        prompts: training prompts.
        instructions: training prompts of what stands at a prompt's ends.

    Returns:
        Weights for every capability that has prompts.
    """
    cues = CueIndex(taxonomy)
    visible = noisy_evidence(prompts, cues)
    grams = gram_matrix(excerpts_of(pl.Series([prompt.text for prompt in prompts], dtype=pl.String)))
    grams = without_rare(grams, np.array([prompt.pattern for prompt in prompts]))
    labels = label_matrix(prompts, taxonomy)
    counted = np.array([capability.counts_as is not None for capability in taxonomy.capabilities])
    stops = np.where(counted, DEMAND_TOLERANCE, TOLERANCE)
    width = visible.shape[1]
    total = np.zeros((width + grams.shape[1], labels.shape[1]))
    bias = np.zeros(labels.shape[1])
    for visible_scale, gram_scale, inverse_penalty in SCALES:
        matrix = sp.hstack([sp.csr_array(visible * visible_scale), grams * gram_scale], format="csr")
        weights, intercept = fit_weights(matrix, labels, prompts, inverse_penalty, stops)
        total += weights * np.repeat([visible_scale, gram_scale], [width, grams.shape[1]])[:, None] / len(SCALES)
        bias += intercept / len(SCALES)
    return WeightFile(
        visible=total[:width].astype(np.float32),
        grams=total[width:].astype(np.float32),
        bias=bias.astype(np.float32),
        visible_names=visible_names(taxonomy.cue_lists),
        capabilities=taxonomy.names,
        edges=train_edges(taxonomy, cues, instructions),
    )


def averaged(files: list[WeightFile]) -> WeightFile:
    """The mean of models of the same taxonomy."""

    def mean(arrays: list[NDArray[np.float32]]) -> NDArray[np.float32]:
        total = np.sum([array.astype(np.float64) for array in arrays], axis=0)
        return np.asarray(total / len(arrays), dtype=np.float32)

    edges = replace(
        files[0].edges,
        cues=mean([file.edges.cues for file in files]),
        grams=mean([file.edges.grams for file in files]),
        bias=mean([file.edges.bias for file in files]),
    )
    return replace(
        files[0],
        visible=mean([file.visible for file in files]),
        grams=mean([file.grams for file in files]),
        bias=mean([file.bias for file in files]),
        edges=edges,
    )


def noisy_evidence(prompts: list[Prompt], cues: CueIndex) -> NDArray[np.float32]:
    """Shape and cues of training prompts, with accidental hits of cues added."""
    excerpts = excerpts_of(pl.Series([prompt.text for prompt in prompts], dtype=pl.String))
    calls = Calls(
        np.array([prompt.offers_tools for prompt in prompts], dtype=np.int64),
        np.array([prompt.sends_images for prompt in prompts], dtype=np.int64),
    )
    visible = visible_evidence(excerpts, cues, calls)
    _add_cue_noise(visible, excerpts.characters, cues.whole_lists)
    return visible


def with_examples(prompts: list[Prompt], taxonomy: Taxonomy) -> list[Prompt]:
    """Add the taxonomy's examples, each a pattern of its own."""
    examples = [
        Prompt(example, (capability.name,), -1 - 100 * capability.bit - number, "examples", False, False)
        for capability in taxonomy.capabilities
        for number, example in enumerate(capability.examples)
    ]
    return [*prompts, *examples]


def _add_cue_noise(visible: NDArray[np.float32], characters: NDArray[np.int64], lists: int) -> None:
    """Add accidental hits to lists of cues, in place."""
    draw = np.random.default_rng(SEED)
    hits, edges, short = (visible[:, -number * lists :][:, :lists] for number in (3, 2, 1))
    accident = (draw.random(hits.shape) < CUE_NOISE) & (hits == 0)
    edges[accident & (draw.random(hits.shape) < CUE_NOISE_AT_EDGE)] = 1
    short[accident & (characters <= SHORT_BYTES)[:, None]] = 1
    hits[accident] = 1


@click.command(help=(__doc__ or "").split("\n")[0])
@click.option("--taxonomy", type=click.Path(path_type=Path, exists=True), help="An edited taxonomy.")
@click.option("--out", type=click.Path(path_type=Path), default=SHIPPED, show_default=False, help="File to write.")
def main(taxonomy: Path | None, out: Path) -> None:
    """Train and write the weights."""
    read, files = load_taxonomy(taxonomy), []
    for seed in range(SEED, SEED + DRAWINGS):
        prompts, instructions = training_prompts(seed), training_prompts(seed, folders=(WHOLE_PROMPTS, INSTRUCTIONS))
        for name, written in (("whole prompts", prompts), ("their ends", instructions)):
            click.echo(f"{name}: {len(written):,} prompts of {len({prompt.pattern for prompt in written}):,} patterns")
        files.append(train(read, with_examples(prompts, read), with_examples(instructions, read)))
    averaged(files).write(out)
    click.echo(f"{out}: {out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
