"""Keys and ids: the same name gives the same value, values are spread evenly and stay in bounds."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from forensics.simulate.randomness import choose, derive, hex_ids, mix, pick_weighted, stream, unit


def test_streams_depend_on_their_names_only() -> None:
    assert stream(1, "a").random() == stream(1, "a").random()
    assert stream(1, "a").random() != stream(1, "b").random()
    assert derive(1, "a", "b") != derive(1, "ab")


@given(st.integers(0, 2**63), st.integers(1, 1_000_000))
def test_choices_stay_in_bounds(key: int, count: int) -> None:
    keys = mix(np.array([key], dtype=np.uint64))
    assert 0 <= choose(keys, count)[0] < count
    assert 0.0 <= unit(keys)[0] < 1.0


def test_mixed_keys_are_even_and_unrelated_between_salts() -> None:
    counts = np.bincount(choose(mix(np.arange(50_000)), 50), minlength=50)
    assert abs(counts - 1_000).max() < 5 * np.sqrt(1_000)
    one, two = unit(mix(np.arange(5_000), 1)), unit(mix(np.arange(5_000), 2))
    assert abs(np.corrcoef(one, two)[0, 1]) < 0.06


def test_weights_are_respected() -> None:
    picks = pick_weighted(mix(np.arange(20_000)), np.array([0.0, 3.0, 1.0]))
    shares = np.bincount(picks, minlength=3) / 20_000
    assert shares[0] == 0
    assert abs(shares[1] - 0.75) < 0.02


def test_ids_are_distinct_hexadecimal() -> None:
    ids = hex_ids("acct_", mix(np.arange(1_000)))
    assert ids.n_unique() == 1_000
    assert ids.str.contains("^acct_[0-9a-f]{16}$").all()
    assert hex_ids("", mix(np.arange(3)), 32).str.contains("^[0-9a-f]{32}$").all()
