"""Named worlds: which campaigns and which innocent look-alikes take part."""

from dataclasses import dataclass

from forensics.simulate.kinds import MODES
from forensics.simulate.twins import TWINS

PURE_AND_DILUTED = (1.0, 0.25, 1.0, 1.0, 0.5, 1.0, 0.1, 1.0, 1.0, 0.05, 1.0)
"""Work as a share of an account's traffic, dealt to the groups in turn: a third of them hide in other traffic."""

EVEN_DILUTION = (1.0, 0.5, 0.25, 0.1, 0.05)
"""All five shares alike, for measuring what dilution costs."""


@dataclass(frozen=True)
class Scenario:
    """A named choice of populations.

    Attributes:
        name: what the user types.
        description: one line for the list of scenarios.
        modes: campaign modes that take part.
        twins: kinds of innocent look-alike that take part.
        dilution: campaign shares dealt to the groups in turn.
    """

    name: str
    description: str
    modes: tuple[str, ...]
    twins: tuple[str, ...]
    dilution: tuple[float, ...] = PURE_AND_DILUTED


def _one_mode(mode: str) -> Scenario:
    twins = tuple(name for name, kind in TWINS.items() if mode in kind.twin_of)
    return Scenario(
        name=mode,
        description=f"only campaigns of the mode {mode.replace('_', ' ')}, with their look-alikes"
        f" ({', '.join(twins).replace('_', ' ')})",
        modes=(mode,),
        twins=twins,
    )


_ALL = (
    Scenario("published", "the published case: all modes, all look-alikes", tuple(MODES), tuple(TWINS)),
    Scenario("innocent", "no campaign at all, with all look-alikes", (), tuple(TWINS)),
    Scenario(
        "dilution",
        "all modes, with campaign traffic as 5, 10, 25, 50 and 100 percent of an account's own",
        tuple(MODES),
        tuple(TWINS),
        EVEN_DILUTION,
    ),
    *(_one_mode(mode) for mode in MODES),
)

SCENARIOS: dict[str, Scenario] = {scenario.name: scenario for scenario in _ALL}


def scenarios() -> dict[str, str]:
    """Return every scenario's name with a one-line description."""
    return {scenario.name: scenario.description for scenario in _ALL}
