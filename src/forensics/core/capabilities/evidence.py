"""What speaks for a capability in each prompt: its shape, its cues and its n-grams, side by side."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.core.capabilities.cues import CueIndex
from forensics.core.capabilities.excerpts import Excerpts
from forensics.core.capabilities.structure import NAMES, structure


@dataclass(frozen=True)
class Calls:
    """What is known of exchanges beside their prompts.

    Attributes:
        tool_count, image_count: tools offered and images sent, one a row; None where the snapshots do not say.
    """

    tool_count: NDArray[np.int64] | None = None
    image_count: NDArray[np.int64] | None = None


def visible_names(cue_lists: tuple[str, ...]) -> tuple[str, ...]:
    """Names of the columns of `visible_evidence`."""
    kinds = ("", " at an edge", " in a short prompt")
    return (*NAMES, *(f"cues {name}{kind}" for kind in kinds for name in cue_lists))


def visible_evidence(excerpts: Excerpts, cues: CueIndex, calls: Calls | None = None) -> NDArray[np.float32]:
    """Shape and cues of each prompt: the evidence that has names.

    Args:
        excerpts: the prompts.
        cues: the phrases to look for.
        calls: what else is known of the exchanges.

    Returns:
        rows × `visible_names`.
    """
    calls = calls or Calls()
    shape = structure(excerpts, calls.tool_count, calls.image_count)
    return np.hstack([shape, cues.features(excerpts)[0]])
