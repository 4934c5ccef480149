"""Heads of families of companies, against climbing one step at a time, and without a look at any place."""

from random import Random

import polars as pl

from forensics.links.ownership.families import find_families


def stakes(*rows: tuple[str, float, str]) -> pl.DataFrame:
    return pl.DataFrame(
        [(owner, owned, percent, False) for owner, percent, owned in rows],
        schema={"owner_id": pl.String, "owned_id": pl.String, "percent_min": pl.Float64,
                "percent_min_exclusive": pl.Boolean},
        orient="row",
    )  # fmt: skip


def heads(frame: pl.DataFrame) -> dict[str, tuple[str, int]]:
    return {name: (head, steps) for name, head, steps in find_families(frame).rows()}


def test_a_majority_is_followed_upwards_and_half_is_none() -> None:
    found = heads(stakes(("p", 60, "a"), ("a", 51, "b"), ("a", 50, "c"), ("q", 50, "c")))
    assert found == {"p": ("p", 0), "a": ("p", 1), "b": ("p", 2)}


def test_a_band_that_excludes_half_is_a_majority() -> None:
    band = stakes(("p", 50, "a")).with_columns(percent_min_exclusive=True)
    assert heads(band) == {"p": ("p", 0), "a": ("p", 1)}


def test_a_ring_has_its_smallest_id_for_a_head() -> None:
    found = heads(stakes(("c", 60, "b"), ("b", 60, "a"), ("a", 60, "c"), ("b", 70, "x"), ("y", 80, "y")))
    assert {name: head for name, (head, _) in found.items()} == dict.fromkeys("abcx", "a")


def test_two_majorities_in_one_register_name_nobody() -> None:
    assert heads(stakes(("p", 60, "a"), ("q", 60, "a"), ("p", 60, "b"))) == {"p": ("p", 0), "b": ("p", 1)}


def test_nobody_has_a_family_without_stakes() -> None:
    assert find_families(stakes()).is_empty()


def test_random_registers_agree_with_climbing_one_step_at_a_time() -> None:
    random = Random(3)
    for _ in range(60):
        names = [f"n{number:02d}" for number in range(random.randrange(2, 40))]
        parent = {name: random.choice(names) for name in names if random.random() < 0.8}
        parent = {name: owner for name, owner in parent.items() if name != owner}
        found = heads(stakes(*((owner, 75.0, owned) for owned, owner in parent.items())))
        for name, (head, _) in found.items():
            seen, here = [name], name
            while here in parent and parent[here] not in seen:
                here = parent[here]
                seen.append(here)
            ring = seen[seen.index(parent[here]) :] if here in parent else [here]
            assert head == min(ring)
