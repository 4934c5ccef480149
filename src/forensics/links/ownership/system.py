"""The equations of a look-through."""

from dataclasses import dataclass

from forensics.links.ownership.graph import Bools, Floats, Holdings, Ints


@dataclass(frozen=True)
class System:
    """v[owned] = (Σ weight · v[owner] + constant) / whole for free nodes; the others are known.

    Attributes:
        holdings: who holds whom; only owner and owned are used here.
        weight: of each holding, integer.
        whole: of each node, integer: `WHOLE`, or the sum of stakes where they are rescaled.
        constant: of each node, integer.
        free: nodes to solve for.
        known: value (0 or 1) of the others.
    """

    holdings: Holdings
    weight: Ints
    whole: Ints
    constant: Ints
    free: Bools
    known: Floats
