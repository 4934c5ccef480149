"""Landmarks: how they are drawn, and how the other accounts are placed by them."""

import sys

import numpy as np
import pytest

from forensics.clusters.landmarks import VOTERS, choose_landmarks, place_by_vote


def crowds(*sizes: int, spread: float = 0.3) -> tuple[np.ndarray, np.ndarray]:
    """Accounts around well separated centres, and which centre each has."""
    rng = np.random.default_rng(1)
    centres = rng.normal(0, 3, (len(sizes), 12))
    labels = np.repeat(np.arange(len(sizes)), sizes)
    return (centres[labels] + rng.normal(0, spread, (len(labels), 12))).astype(np.float32), labels


def test_few_accounts_are_all_landmarks() -> None:
    matrix, _ = crowds(30, 20)
    assert choose_landmarks(matrix, 50, seed=1).tolist() == list(range(50))


@pytest.mark.parametrize("count", [200, 777, 1999])
def test_exactly_as_many_as_asked_for_are_chosen_once_each_and_again_the_same(count: int) -> None:
    matrix, _ = crowds(1500, 400, 60, 40)
    chosen = choose_landmarks(matrix, count, seed=3)
    assert len(set(chosen.tolist())) == count and (np.diff(chosen) > 0).all()
    assert np.array_equal(chosen, choose_landmarks(matrix, count, seed=3))
    assert not np.array_equal(chosen, choose_landmarks(matrix, count, seed=4))


def test_rare_behaviour_stays_whole_where_chance_would_leave_a_tenth() -> None:
    matrix, labels = crowds(9000, 940, 30, 30)
    kept = np.bincount(labels[choose_landmarks(matrix, 1000, seed=1)], minlength=4)
    assert kept[2:].min() >= 25
    assert kept[0] > kept[1] > kept[2]


def test_others_take_the_cluster_that_the_most_landmarks_near_them_have() -> None:
    labels = np.array([0, 0, 1, 1, 1, -1])
    places = np.array([[0, 0], [2, 0], [5, 5], [5, 7], [5, 9], [9, 9]], np.float32)
    nearest = np.array([[0, 1, 2, 5, 3], [2, 0, 3, 1, 5], [5, 2, 3, 4, 0]])
    placed, clusters, strength = place_by_vote(nearest, places, labels, np.array([1.0, 0.5, 1, 1, 1, 0]))
    assert clusters.tolist() == [0, 1, 1], "of two with two votes each the nearer voter's"
    assert placed.tolist() == [[1, 0], [5, 6], [5, 7]]
    assert strength.tolist() == pytest.approx([1.5 / VOTERS, 2 / VOTERS, 3 / VOTERS])


def test_separate_crowds_are_voted_into_their_own_clusters() -> None:
    matrix, labels = crowds(900, 500, 80)
    chosen = choose_landmarks(matrix, 300, seed=1)
    distance = ((matrix[:, None, :] - matrix[chosen][None]) ** 2).sum(axis=2)
    nearest = distance.argsort(axis=1)[:, :VOTERS]
    _, clusters, strength = place_by_vote(nearest, matrix[chosen][:, :2], labels[chosen], np.ones(len(chosen)))
    assert np.array_equal(clusters, labels) and (strength == 1).all()


def test_landmarks_keep_what_the_map_says_and_others_join_them(monkeypatch: pytest.MonkeyPatch) -> None:
    from forensics.clusters import account_clusters

    module = sys.modules[account_clusters.__module__]
    matrix, crowd = crowds(300, 200)
    mapped: list[np.ndarray] = []

    def drawn(part: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        mapped.append(part)
        return part[:, :2].copy(), (part[:, 0] > matrix[:, 0].mean()).astype(np.int64), np.ones(len(part))

    monkeypatch.setattr(module, "_many", drawn)
    places, labels, strengths = module._very_many(matrix, 1, 120)
    assert len(mapped[0]) == 120
    assert np.array_equal(labels, matrix[:, 0] > matrix[:, 0].mean())
    assert np.array_equal(labels, crowd) or np.array_equal(labels, 1 - crowd)
    assert (strengths == 1).all()
    assert (places == matrix[:, :2]).all(axis=1).sum() == 120
