"""Distance from the cohort: the naive double sum, honest chance, power, letters, order."""

import numpy as np
import polars as pl
import pytest

from forensics.core.embeddings.letters import CLASS_COUNT
from forensics.core.embeddings.prompt_vectors import both_views
from forensics.features.sampled_prompts import SampledPrompts
from forensics.links.content import cohort_distance
from forensics.links.content.distance import KERNEL_FEATURES, Kernel, mean_features, unexplained
from tests.unit.links.content.made import FORM, TOPIC, put_accounts
from tests.worlds.line import Line

RNG_SEED = 4
ACCOUNTS = 300


def _directions(rng: np.random.Generator, count: int, strength: float = 1.0) -> list[np.ndarray]:
    """Each account has a subject of its own."""
    return list(strength * rng.normal(size=(count, TOPIC + FORM)) / np.sqrt(TOPIC))


def _groups(ids: list[str], groups: dict[str, list[int]]) -> pl.DataFrame:
    rows = [(name, ids[place]) for name, places in groups.items() for place in places]
    return pl.DataFrame(rows, schema=["group_id", "account_id"], orient="row")


def test_the_distance_is_the_naive_double_sum_over_pairs_of_prompts() -> None:
    rng = np.random.default_rng(RNG_SEED)
    stored = rng.integers(-60, 60, (30, TOPIC + FORM)).astype(np.int8)
    prompts = SampledPrompts(
        pl.Series(["a", "b", "c", "d"]), np.array([0, 5, 15, 18, 30]), stored, np.zeros((30, 4), np.uint32)
    )
    vectors = both_views(stored)
    kernel = Kernel(vectors, seed=1)
    means = mean_features(prompts, kernel)
    found = ((means[:2].mean(axis=0) - means[2:].mean(axis=0)) ** 2).sum()

    mapped = kernel.features(vectors).astype(np.float64)
    weight = np.repeat([1 / 10, 1 / 20, -1 / 6, -1 / 24], [5, 10, 3, 12])
    naive = 0.0
    for one in range(30):
        for other in range(30):
            naive += weight[one] * weight[other] * float(mapped[one] @ mapped[other])
    assert found == pytest.approx(naive, rel=1e-5)


def test_the_features_approximate_a_gaussian_kernel() -> None:
    vectors = both_views(np.random.default_rng(2).integers(-60, 60, (60, TOPIC + FORM)).astype(np.int8))
    kernel = Kernel(vectors, seed=1)
    exact = np.exp(-np.maximum(2 - 2 * vectors @ vectors.T, 0) / (2 * kernel.width**2))
    mapped = kernel.features(vectors)
    assert np.abs(mapped @ mapped.T - exact).mean() < 1 / np.sqrt(KERNEL_FEATURES)


def test_random_groups_have_honest_chances_and_one_subject_is_far(blank_line: Line) -> None:
    rng = np.random.default_rng(RNG_SEED)
    directions = _directions(rng, ACCOUNTS)
    shared = rng.normal(size=TOPIC + FORM) / np.sqrt(TOPIC)
    for place in range(20):
        directions[place] = 0.6 * shared + 0.8 * directions[place]
    ids = put_accounts(blank_line, directions, per_account=50)
    random_groups = {
        f"null-{number:02}": rng.choice(np.arange(20, ACCOUNTS), 20, replace=False).tolist() for number in range(40)
    }
    members = _groups(ids, {"one-subject": list(range(20)), **random_groups})
    found = cohort_distance(blank_line.connection, members, blank_line.window, seed=1)
    own = found.filter(pl.col("group_id") == "one-subject").row(0, named=True)
    assert own["p_value"] < 1e-6 and own["value"] > 2 * own["baseline"]
    chances = found.filter(pl.col("group_id") != "one-subject")["p_value"].to_numpy()
    assert len(chances) == 40
    # Uniform within what forty draws allow, and no false alarm at one in a thousand.
    assert (chances < 0.1).mean() < 0.25 and (chances < 0.5).mean() == pytest.approx(0.5, abs=0.25)
    assert chances.min() > 1e-3
    shuffled = cohort_distance(
        blank_line.connection, members.sample(fraction=1, shuffle=True, seed=2), blank_line.window, seed=1
    )
    assert shuffled.equals(found)


def test_a_group_with_few_prompts_is_not_measured(blank_line: Line) -> None:
    ids = put_accounts(blank_line, _directions(np.random.default_rng(1), 60), per_account=40)
    members = _groups(ids, {"few": list(range(24)), "enough": list(range(25, 50))})
    found = cohort_distance(blank_line.connection, members, blank_line.window, seed=1)
    assert found["group_id"].to_list() == ["enough"]
    assert found["detail"][0].startswith("1000 sampled prompts")
    few = _groups(ids, {"few": list(range(5))})
    assert cohort_distance(blank_line.connection, few, blank_line.window, seed=1).is_empty()


def test_what_is_only_another_script_is_not_far(blank_line: Line) -> None:
    """A third write with other letters, which moves each of their prompts; a group of them shares nothing else."""
    rng = np.random.default_rng(RNG_SEED)
    directions, letters = _directions(rng, ACCOUNTS), np.zeros((ACCOUNTS, CLASS_COUNT), np.uint8)
    tongue = 1.5 * rng.normal(size=TOPIC + FORM) / np.sqrt(TOPIC)
    for place in range(ACCOUNTS):
        other = place % 3 == 0
        letters[place, 40 : 60 if other else 40] = rng.integers(20, 30, 20 if other else 0)
        letters[place, 0 : 0 if other else 20] = rng.integers(20, 30, 0 if other else 20)
        directions[place] = directions[place] + (tongue if other else 0)
    ids = put_accounts(blank_line, directions, per_account=50, letters=letters)
    members = _groups(ids, {"other": list(range(0, 75, 3)), "same": list(range(1, 76, 3))})
    chances = cohort_distance(blank_line.connection, members, blank_line.window, seed=1)["p_value"]
    assert len(chances) == 2 and chances.min() > 0.01


def test_what_letters_explain_is_what_a_regression_explains() -> None:
    rng = np.random.default_rng(3)
    letters, slopes = rng.random((200, 5)), rng.normal(size=(5, 7))
    rest = rng.normal(size=(200, 7))
    found = unexplained(letters @ slopes + rest, letters)
    design = np.column_stack([np.ones(200), letters])
    target = letters @ slopes + rest
    expected = target - design @ np.linalg.lstsq(design, target, rcond=None)[0]
    assert np.allclose(found - found.mean(axis=0), expected, atol=0.02)
