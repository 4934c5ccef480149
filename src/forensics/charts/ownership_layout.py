"""Where the boxes and lines of an ownership chart go: owners in rows above what they own.

Rows by the longest way down to the organisation, stakes that close a ring left aside; a stake that passes a row takes a
narrow place in it, so that no line runs behind a box; within a row by the mean place of what is owned (layered drawing
after Sugiyama, Tagawa and Toda, 1981).
"""

from dataclasses import dataclass, field
from itertools import pairwise

from forensics.links.ownership.picture import Holding, Picture

BOX_WIDTH = 216
BOX_HEIGHT = 84
GAP = 26
LANE = 30
"""Width of the place a line takes in a row that it passes."""
ROW_HEIGHT = BOX_HEIGHT + 74
RING_SHIFT = 40
"""How far beside the middle of a box upward lines begin and end."""

Slot = str | tuple[str, str]
"""What stands in a row: a party, or a stake that passes."""

Key = tuple[Slot, int]
"""A slot and its row."""


@dataclass(frozen=True)
class Place:
    """Upper left corner of a box, and its row from the bottom."""

    x: int
    y: int
    row: int

    @property
    def middle(self) -> int:
        """Middle of its width."""
        return self.x + BOX_WIDTH // 2


@dataclass(frozen=True)
class Line:
    """A stake: its curve, where the tip points to and which way, where its size is written."""

    curve: str
    end: tuple[int, int]
    label: tuple[int, int]
    is_ring: bool = False
    points_down: bool = True


@dataclass(frozen=True)
class Layout:
    """Places of all boxes, where lines pass rows (by stake and row), and the size of the whole."""

    places: dict[str, Place]
    lanes: dict[tuple[str, str], dict[int, int]] = field(default_factory=dict)
    width: int = 0
    height: int = 0

    def line(self, holding: Holding) -> Line:
        """The line of a stake: down; up, or along a row, where it closes a ring."""
        owner, owned = self.places[holding.owner_id], self.places[holding.owned_id]
        if owner == owned:
            x, y = owner.x + BOX_WIDTH, owner.y + BOX_HEIGHT // 2
            return Line(f"M{x} {y - 10}c26 0,26 26,0 26", (x, y + 16), (x + 22, y - 16), True)
        if owner.row == owned.row:
            x1, x2, y = owner.middle - RING_SHIFT, owned.middle - RING_SHIFT, owner.y
            curve = f"M{x1} {y}C{x1} {y - 54},{x2} {y - 54},{x2} {y}"
            return Line(curve, (x2, y), ((x1 + x2) // 2, y - 34), True)
        lanes = self.lanes.get((holding.owner_id, holding.owned_id), {})
        passed = [(lanes[row], self._top(row)) for row in sorted(lanes, reverse=True)]
        return _down(owner, owned, passed) if owner.row > owned.row else _up(owner, owned, passed[::-1])

    def _top(self, row: int) -> int:
        return (max(place.row for place in self.places.values()) - row) * ROW_HEIGHT


def _down(owner: Place, owned: Place, passed: list[tuple[int, int]]) -> Line:
    """From an owner down, by the lanes of the rows that are passed."""
    side = 14 * ((owner.middle > owned.middle) - (owner.middle < owned.middle))
    points = [(owner.middle, owner.y + BOX_HEIGHT)]
    for x, top in passed:
        points += [(x, top), (x, top + BOX_HEIGHT)]
    points.append((owned.middle + side, owned.y))
    (x, y), (next_x, next_y) = points[:2]
    # The size stands near the owner: lines meet at what is owned.
    return Line(_curve(points), points[-1], (x + (next_x - x) * 32 // 100, y + (next_y - y) * 4 // 10))


def _up(owner: Place, owned: Place, passed: list[tuple[int, int]]) -> Line:
    """From an owner up to what it owns, which closes a ring."""
    start, end = (owner.middle - RING_SHIFT, owner.y), (owned.middle - RING_SHIFT, owned.y + BOX_HEIGHT)
    if not passed:
        # Two neighbouring rows: beside the straight line down.
        bend = min(start[0], end[0]) - 50
        curve = f"M{start[0]} {start[1]}C{bend} {start[1] - 26},{bend} {end[1] + 26},{end[0]} {end[1]}"
        return Line(curve, end, (bend + 10, (start[1] + end[1]) // 2), True, False)
    points = [start]
    for x, top in passed:
        points += [(x, top + BOX_HEIGHT), (x, top)]
    return Line(_curve([*points, end]), end, (points[1][0], points[1][1] + 14), True, False)


def _curve(points: list[tuple[int, int]]) -> str:
    """A line through points that leaves and enters each one vertically."""
    pieces = [f"M{points[0][0]} {points[0][1]}"]
    for (x1, y1), (x2, y2) in pairwise(points):
        middle = (y1 + y2) // 2
        pieces.append(f"C{x1} {middle},{x2} {middle},{x2} {y2}")
    return "".join(pieces)


def lay_out(picture: Picture) -> Layout:
    """Place every box of a picture, and every line that passes a row."""
    rows = _rows(picture)
    slots, below = _fill_rows(picture, rows)
    centre = _centres(picture, slots, below)
    width = max(_width(members) for members in slots)
    places = {
        name: Place(
            round(width / 2 + centre[name, rows[name]] - BOX_WIDTH / 2),
            (len(slots) - 1 - rows[name]) * ROW_HEIGHT,
            rows[name],
        )
        for name in picture.parties
    }
    lanes: dict[tuple[str, str], dict[int, int]] = {}
    for (slot, row), x in centre.items():
        if not isinstance(slot, str):
            lanes.setdefault(slot, {})[row] = round(width / 2 + x)
    return Layout(places, lanes, width, len(slots) * ROW_HEIGHT - (ROW_HEIGHT - BOX_HEIGHT) + 24)


def _fill_rows(picture: Picture, rows: dict[str, int]) -> tuple[list[list[Slot]], dict[Key, list[Key]]]:
    """What stands in each row, and what lies one row below each of them along a stake."""
    slots: list[list[Slot]] = [[] for _ in range(max(rows.values()) + 1)]
    for name in picture.parties:
        slots[rows[name]].append(name)
    below: dict[Key, list[Key]] = {}
    for one in picture.holdings:
        edge = (one.owner_id, one.owned_id)
        upper, lower = sorted(edge, key=lambda name: -rows[name])
        passed = range(rows[lower] + 1, rows[upper])
        chain: list[Key] = [(lower, rows[lower]), *((edge, row) for row in passed), (upper, rows[upper])]
        for row in passed:
            slots[row].append(edge)
        for one_below, one_above in pairwise(chain):
            below.setdefault(one_above, []).append(one_below)
    return slots, below


def _centres(picture: Picture, slots: list[list[Slot]], below: dict[Key, list[Key]]) -> dict[Key, float]:
    """Where the middle of each slot lies from the middle of the chart; sorts the rows, the lowest first."""
    on_path = {end for one in picture.holdings if one.is_on_path for end in (one.owner_id, one.owned_id)}
    centre: dict[Key, float] = {}
    for row, members in enumerate(slots):
        means = {slot: _mean([centre[one] for one in below.get((slot, row), []) if one in centre]) for slot in members}
        members.sort(key=lambda slot: (means[slot], slot not in on_path, str(slot)))
        at = -_width(members) / 2
        for slot in members:
            wide = BOX_WIDTH if isinstance(slot, str) else LANE
            centre[slot, row] = at + wide / 2
            at += wide + GAP
    return centre


def _width(members: list[Slot]) -> int:
    return sum(BOX_WIDTH if isinstance(slot, str) else LANE for slot in members) + GAP * (len(members) - 1)


def _rows(picture: Picture) -> dict[str, int]:
    """The longest way from each party down to the organisation, without stakes that close a ring."""
    owners: dict[str, list[str]] = {}
    for one in sorted(picture.holdings, key=lambda one: (not one.is_on_path, one.owner_id)):
        owners.setdefault(one.owned_id, []).append(one.owner_id)
    rows = {picture.organisation_id: 0}
    above: dict[str, list[str]] = {}
    open_names, done, finished = {picture.organisation_id}, set[str](), list[str]()
    stack = [(picture.organisation_id, iter(owners.get(picture.organisation_id, [])))]
    while stack:
        name, waiting = stack[-1]
        for owner in waiting:
            if owner in open_names:
                continue
            above.setdefault(name, []).append(owner)
            if owner not in done:
                open_names.add(owner)
                stack.append((owner, iter(owners.get(owner, []))))
                break
        else:
            stack.pop()
            open_names.discard(name)
            done.add(name)
            finished.append(name)
    # What is owned comes before its owners in the reverse of the order in which the search left them.
    for name in reversed(finished):
        for owner in above.get(name, []):
            rows[owner] = max(rows.get(owner, 0), rows[name] + 1)
    return rows


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0
