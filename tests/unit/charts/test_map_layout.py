"""Places on the map: far islands are pulled in, order and shapes stay."""

import numpy as np
import pytest

from forensics.charts.map_layout import WIDEST_GAP, drawn_places


def test_a_far_island_squeezes_nobody() -> None:
    generator = np.random.default_rng(1)
    crowd, island = generator.uniform(0, 10, 300), generator.uniform(1000, 1001, 20)
    places = drawn_places(np.concatenate([crowd, island]))
    assert places.min() == 0 and places.max() == 1
    assert np.ptp(places[:300]) > 0.8, "a line to scale would leave the crowd a hundredth"
    assert 0 < places[300:].min() - places[:300].max() <= WIDEST_GAP + 1e-9


def test_order_and_shapes_stay() -> None:
    coordinates = np.random.default_rng(2).permutation(np.concatenate([np.arange(100) / 10, 500 + np.arange(100) / 5]))
    places = drawn_places(coordinates)
    assert (np.argsort(places) == np.argsort(coordinates)).all()
    near, far = places[coordinates < 100], places[coordinates > 100]
    assert np.ptp(far) / np.ptp(near) == pytest.approx(2.0)
    assert np.allclose(np.diff(np.sort(near)), np.ptp(near) / 99)


@pytest.mark.parametrize(
    ("coordinates", "places"), [([], []), ([3.0], [0.5]), ([2.0, 2.0], [0.5, 0.5]), ([9.0, 1.0], [1, 0])]
)
def test_few_accounts_have_places_too(coordinates: list[float], places: list[float]) -> None:
    assert drawn_places(np.array(coordinates)).tolist() == places
