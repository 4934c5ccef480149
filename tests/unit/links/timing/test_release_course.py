"""What follows a move to a new model: whether it lasts, and whether what is sent is new."""

import numpy as np
import pytest

from forensics.links.timing.release_course import release_new_prompts, release_persistence
from tests.unit.links.timing.scenes import DAY, Scene, group, names, row

RELEASE = 3 * DAY + 600
BEFORE = np.arange(0, 60)
"""Prompts sent before the release, one for each of these hours."""


def _scene(stays: float, repeats: float) -> Scene:
    """Five members move, then send so much to the new model and so many of their old prompts; others go back."""
    scene, rng = Scene(days=8, models={"new": RELEASE}), np.random.default_rng(3)
    for role, kept, again in (("member", stays, repeats), ("other", 0.2, 0.9)):
        for number, account in enumerate(names(role, 5 if role == "member" else 40)):
            own = 1_000_000 + 10_000 * number if role == "other" else 0
            scene.call(account, BEFORE * 60, prompts=(own + BEFORE).tolist())
            scene.call(
                account, RELEASE + np.arange(24) * 60 + 1, model="new", prompts=(own + 100 + np.arange(24)).tolist()
            )
            later = RELEASE + DAY + np.arange(1, 80) * 45
            models = np.where(rng.random(len(later)) < kept, "new", "old")
            fresh = own + 200 + 1_000 * number + np.arange(len(later))
            prompts = np.where(rng.random(len(later)) < again, own + rng.choice(BEFORE, len(later)), fresh)
            scene.call(account, later, model=models.tolist(), prompts=prompts.tolist())
    return scene


@pytest.mark.parametrize(("stays", "repeats"), [(1.0, 0.0), (0.6, 0.8)])
def test_what_stays_and_what_is_new_is_measured_beside_the_others(stays: float, repeats: float) -> None:
    scene = _scene(stays, repeats)
    connection, members = scene.connect(), group("g", names("member", 5))
    lasting = row(release_persistence(connection, members, scene.window, seed=1), "release_persistence")
    assert lasting["value"] == pytest.approx(stays, abs=0.08)
    # Members are few among the accounts of their kind, who mostly went back.
    assert lasting["baseline"] == pytest.approx((40 * 0.2 + 5 * stays) / 45, abs=0.05)
    assert lasting["low"] <= lasting["value"] <= lasting["high"]
    new = row(release_new_prompts(connection, members, scene.window, seed=1), "release_new_prompts")
    assert new["value"] == pytest.approx(1 - repeats, abs=0.1)
    assert new["low"] <= new["value"] <= new["high"]
    assert (lasting["sample_size"], lasting["p_value"], new["p_value"]) == (5, None, None)


def test_a_prompt_that_another_member_sent_before_is_not_new() -> None:
    scene = Scene(days=7, models={"new": RELEASE})
    for number, account in enumerate(["one", "two", "stranger", "strange"]):
        shared = 0 if number < 2 else 500 * number
        scene.call(account, BEFORE[:48] * 60, prompts=(shared + BEFORE[:48] + 100 * (number % 2)).tolist())
        moved = RELEASE + DAY + np.arange(60) * 40
        scene.call(account, moved, model="new", prompts=(shared + np.arange(60) + 100 * (1 - number % 2)).tolist())
    members = group("g", ["one", "two"])
    found = row(release_new_prompts(scene.connect(), members, scene.window, seed=1), "release_new_prompts")
    # The first 48 of 60 are those that the other member sent before the release; strangers had sent none of theirs.
    assert found["value"] == pytest.approx(12 / 60)
    assert found["baseline"] == 1.0


def test_without_a_day_after_the_first_nothing_is_said() -> None:
    late = Scene(days=8, models={"new": 7 * DAY})
    for account in names("member", 5):
        late.call(account, RELEASE + np.arange(90) * 60, model="new")
    connection = late.connect()
    for measure in (release_persistence, release_new_prompts):
        assert measure(connection, group("g", names("member", 5)), late.window, seed=1).height == 0
