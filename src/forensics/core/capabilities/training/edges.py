"""Train the layer that reads a prompt's ends: demands in many wordings against requests in the same words.

It learns from instructions with little of the material that they are about, as a window shows them, and from windows of
prompts that demand nothing.
"""

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import scipy.sparse as sp
from numpy.typing import NDArray

from forensics.core.capabilities.cues import CueIndex
from forensics.core.capabilities.edges import edge_names, places_of_pairs, with_pairs
from forensics.core.capabilities.excerpts import EDGES, excerpts_of
from forensics.core.capabilities.grams import gram_matrix
from forensics.core.capabilities.taxonomy import Taxonomy
from forensics.core.capabilities.training.fitting import fit_weights, label_matrix, without_rare
from forensics.core.capabilities.training.grammar import Prompt

if TYPE_CHECKING:
    from forensics.core.capabilities.weights import EdgeFile

SEED = 20260302
SCALES = (0.7, 2.0, 8.0)
"""Scales of cues, of pairs of their lists and of n-grams: they found the most demands in other people's words at the
fewest found in real prompts that have none."""

CUE_NOISE = 0.03
"""How often training adds a hit to a list that has none."""

LIKE_CAUTION = 2.2
"""Log-odds for the logarithm of how many demands are one feature, each of which may be found by accident: so much keeps
the false ones among public prompts as rare as they were when demands of one feature were told apart in windows."""


def train_edges(taxonomy: Taxonomy, cues: CueIndex, prompts: list[Prompt]) -> "EdgeFile":
    """Train weights for the taxonomy's demands.

    Args:
        taxonomy: with the demands.
        cues: its phrases.
        prompts: training prompts, instructions among them.

    Returns:
        Weights for every demand that has prompts.
    """
    from forensics.core.capabilities.weights import EdgeFile

    demands = [place for place, entry in enumerate(taxonomy.capabilities) if entry.layer == "demand"]
    texts, owners = windows_of(prompts, taxonomy)
    owned = [prompts[owner] for owner in owners]
    excerpts = excerpts_of(pl.Series(texts, dtype=pl.String))
    hits = cues.features(excerpts)[1][:, len(EDGES) - 1].copy()
    hits[(np.random.default_rng(SEED).random(hits.shape) < CUE_NOISE) & (hits == 0)] = 1
    grams = without_rare(gram_matrix(excerpts), np.array([prompt.pattern for prompt in owned]))
    scales = np.repeat(SCALES, [hits.shape[1], len(taxonomy.edge_pairs), grams.shape[1]])
    cues_and_pairs = sp.csr_array(with_pairs(hits, places_of_pairs(taxonomy)))
    evidence = sp.csr_array(sp.hstack([cues_and_pairs, grams], format="csr") @ sp.diags_array(scales))
    labels = label_matrix(owned, taxonomy)[:, demands]
    # A window tells that reasoning is asked for; whether before the answer or within it, the whole prompt says. So what
    # has one demand of a feature does not speak against the others.
    like = _like(taxonomy, demands)
    counting = np.where((labels @ like) & ~labels, 0.0, 1.0)
    weights, bias = fit_weights(evidence, labels, owned, counting=counting)
    bias -= LIKE_CAUTION * np.log(like.sum(axis=0))
    weights *= scales[:, None]
    names = edge_names(taxonomy)
    return EdgeFile(
        cues=weights[: len(names)].astype(np.float32),
        grams=weights[len(names) :].astype(np.float32),
        bias=bias.astype(np.float32),
        names=names,
        demands=tuple(taxonomy.names[place] for place in demands),
    )


def _like(taxonomy: Taxonomy, demands: list[int]) -> NDArray[np.bool_]:
    """Which demands count as the same feature of an account: demands × demands."""
    features = np.array([taxonomy.capabilities[place].counts_as for place in demands])
    return np.asarray(features[:, None] == features[None, :])


def windows_of(prompts: list[Prompt], taxonomy: Taxonomy) -> tuple[list[str], list[int]]:
    """What training reads: of a demand the ends of its instruction, of any other prompt the windows that there are.

    Returns:
        Texts, and for each the place of its prompt.
    """
    demands = {entry.name for entry in taxonomy.capabilities if entry.layer == "demand"}
    texts, owners = [], []
    for place, prompt in enumerate(prompts):
        is_demand = bool(demands & set(prompt.capabilities))
        text = (prompt.instruction or prompt.text) if is_demand else prompt.text
        windows = {_cut(text, reach, side) for reach in (EDGES[-1:] if is_demand else EDGES) for side in (1, -1)}
        texts += sorted(windows)
        owners += [place] * len(windows)
    return texts, owners


def _cut(text: str, reach: int, side: int) -> str:
    """The first or the last bytes of a text, with room for the line breaks that an excerpt has around it."""
    data = text.encode()[: reach - 2] if side > 0 else text.encode()[2 - reach :]
    return data.decode("utf-8", "ignore")
