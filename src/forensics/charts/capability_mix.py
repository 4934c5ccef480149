"""What a group asks for, beside what accounts like it ask for: two bars a capability."""

from collections.abc import Sequence
from dataclasses import dataclass

from forensics.charts.labels import fitted, safe

MOST_ROWS = 12
ROW = 38
LEFT = 190
BAR = 420
WIDTH = 720
TOP = 34

STYLE = """
.capability-mix{--ink:#1f2933;--soft:#52606d;--group:#1d4ed8;--cohort:#7b8794;font-family:system-ui,sans-serif;
font-size:12px}
@media screen and (prefers-color-scheme:dark){
.capability-mix{--ink:#e4e7eb;--soft:#a7b3bf;--group:#7ba7ff;--cohort:#9aa5b1}}
@media print{.capability-mix{--ink:#000;--soft:#333;--group:#1d4ed8;--cohort:#7b8794}}
.capability-mix text{fill:var(--ink)}
.capability-mix .soft{fill:var(--soft)}
.capability-mix .end{text-anchor:end}
.capability-mix .group{fill:var(--group)}
.capability-mix .cohort{fill:none;stroke:var(--cohort);stroke-width:1.5}
"""


@dataclass(frozen=True)
class Mix:
    """One capability: its name, and the mean share (0–1) of the group's and of the cohort's exchanges."""

    capability: str
    group_share: float
    cohort_share: float


def capability_mix(rows: Sequence[Mix]) -> str:
    """Draw the bars.

    Args:
        rows: in order; those beyond `MOST_ROWS` are left out.

    Returns:
        An `<svg>` element; equal input gives equal text.
    """
    shown = rows[:MOST_ROWS]
    longest = max((max(one.group_share, one.cohort_share) for one in shown), default=0.0) or 1.0
    height = TOP + ROW * len(shown) + 6
    summary = "; ".join(f"{one.capability} {one.group_share:.0%} against {one.cohort_share:.0%}" for one in shown)
    return "\n".join(
        [
            f'<svg class="capability-mix" xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {WIDTH} {height}"'
            f' width="{WIDTH}" height="{height}" aria-label="What is asked, beside accounts of the same kind">',
            f"<title>What is asked, beside accounts of the same kind</title><desc>{safe(summary)}</desc>",
            f"<style>{STYLE}</style>",
            f'<rect class="group" x="{LEFT}" y="8" width="12" height="12"/>',
            f'<text x="{LEFT + 18}" y="18">accounts of the finding</text>',
            f'<rect class="cohort" x="{LEFT + 190}" y="8" width="12" height="12"/>',
            f'<text x="{LEFT + 208}" y="18">accounts of the same kind</text>',
            *(_row(one, TOP + ROW * number, longest) for number, one in enumerate(shown)),
            "</svg>",
        ]
    )


def _row(one: Mix, y: int, longest: float) -> str:
    group, cohort = (round(BAR * share / longest, 1) for share in (one.group_share, one.cohort_share))
    return (
        f'<text x="{LEFT - 10}" y="{y + 20}" class="end">{safe(fitted(one.capability, 26))}</text>'
        f'<rect class="group" x="{LEFT}" y="{y + 4}" width="{group}" height="12"/>'
        f'<text x="{LEFT + group + 6}" y="{y + 14}">{one.group_share:.1%}</text>'
        f'<rect class="cohort" x="{LEFT}" y="{y + 19}" width="{cohort}" height="10"/>'
        f'<text x="{LEFT + cohort + 6}" y="{y + 28}" class="soft">{one.cohort_share:.1%}</text>'
    )
