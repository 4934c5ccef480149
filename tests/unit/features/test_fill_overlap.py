"""Fills of accounts against draws by chance: recounted pair by pair, and judged on queues, classes and chance."""

from datetime import datetime, time, timedelta
from itertools import combinations
from typing import Any

import numpy as np
import polars as pl
import polars.testing
import pytest

from forensics.features import fill_overlap as module
from forensics.features.fill_overlap import fill_overlap, overlap, prompt_overlap, with_verdict
from forensics.window import Window
from tests.worlds.line import Line, put
from tests.worlds.tiny import FIRST_DAY

WINDOW = Window(FIRST_DAY + timedelta(days=1), 7)


def _fills(drawn: dict[str, set[int]]) -> pl.DataFrame:
    rows = [{"group": "g", "account_id": name, "fill_hash": fill} for name, own in drawn.items() for fill in own]
    return pl.DataFrame(rows, schema={"group": pl.String, "account_id": pl.String, "fill_hash": pl.Int64})


def _verdict(drawn: dict[str, set[int]]) -> dict[str, Any]:
    return with_verdict(overlap(_fills(drawn), ["group"])).row(0, named=True)


@pytest.mark.parametrize("seed", range(5))
def test_overlaps_are_what_counting_pairs_gives(seed: int) -> None:
    rng = np.random.default_rng(seed)
    drawn = {f"a{n}": set(map(int, rng.integers(0, 40, rng.integers(1, 30)))) for n in range(rng.integers(2, 9))}
    found = _verdict(drawn)
    size = sum(map(len, drawn.values()))
    pairs = list(combinations(drawn.values(), 2))
    assert found["fill_count"] == size
    assert found["distinct_fill_count"] == len(set.union(*drawn.values()))
    assert found["overlap_observed"] == sum(len(one & other) for one, other in pairs)
    assert found["overlap_expected"] == pytest.approx(sum(len(one) * len(other) / size for one, other in pairs))


def test_the_expectation_and_its_spread_are_those_of_simulated_draws() -> None:
    rng = np.random.default_rng(7)
    sizes = [40, 25, 10, 60, 5]
    pool = sum(sizes)
    drawn = [[set(rng.choice(pool, size, replace=False)) for size in sizes] for _ in range(1500)]
    repeats = [pool - len(set.union(*one)) for one in drawn]
    sums = overlap(_fills({f"a{n}": set(range(size)) for n, size in enumerate(sizes)}), ["group"]).row(0, named=True)
    assert sums["repeat_expected"] == pytest.approx(np.mean(repeats), rel=0.01)
    assert sums["variance"] == pytest.approx(np.var(repeats), rel=0.12)


def test_a_queue_lies_below_chance_and_a_class_above() -> None:
    queue = _verdict({f"a{n}": set(range(100 * n, 100 * n + 30)) for n in range(10)})
    assert queue["overlap_ratio"] == 0
    assert queue["overlap_z"] < -5 and queue["overlap_p"] < 1e-6
    group = _verdict({f"a{n}": set(range(20)) for n in range(10)})
    assert group["overlap_ratio"] == pytest.approx(10)
    assert group["overlap_z"] > 5 and group["overlap_p"] < 1e-6
    # Less than a number can be is small, and not impossible.
    far = _verdict({f"a{n}": set(range(1000)) for n in range(50)})
    assert far["overlap_z"] > 100 and 0 < far["overlap_p"] < 1e-300


def test_draws_by_chance_are_called_chance() -> None:
    rng = np.random.default_rng(3)
    found = [
        _verdict({f"a{n}": set(map(int, rng.choice(200, 20, replace=False))) for n in range(10)})["overlap_p"]
        for _ in range(150)
    ]
    assert np.mean(np.array(found) < 0.05) < 0.08
    assert np.mean(np.array(found) < 0.5) > 0.35


def test_too_little_is_not_judged() -> None:
    assert _verdict({"a": {1, 2}, "b": {3}})["overlap_p"] is None
    assert overlap(_fills({"a": {1, 2}}), ["group"]).is_empty()


def _put_fills(line: Line, drawn: dict[str, dict[int, set[int]]], level: int = 0) -> None:
    put(
        line.connection,
        "core.fill_days",
        [
            {
                "snapshot_date": FIRST_DAY + timedelta(days=day), "account_id": account, "template_id": f"head-{day}",
                "fill_hash": fill, "sample_level": level if day else 0, "use_count": 1,
            }
            for account, days in drawn.items() for day, fills in days.items() for fill in fills
        ],
    )  # fmt: skip
    families = [{"template_id": f"head-{day}", "family_id": "head-0"} for day in (0, 1)]
    put(line.connection, "features.template_families", families)


def test_groups_are_judged_over_days_variations_and_the_coarser_sample(blank_line: Line) -> None:
    step = 2**63 // 100
    shared = set(range(0, 50 * step, step))
    _put_fills(blank_line, {"a": {0: shared}, "b": {1: shared}, "c": {0: {1}}}, level=1)
    members = pl.DataFrame({"group_id": ["g", "g", "h"], "account_id": ["a", "b", "c"]})
    templates = pl.DataFrame({"group_id": ["g", "h"], "template_id": "head-0"})
    rows = fill_overlap(blank_line.connection, members, WINDOW, templates).to_dicts()
    found = {row["group_id"]: row for row in rows}
    assert (found["g"]["template_id"], found["g"]["family_count"]) == ("head-0", 1)
    assert found["g"]["fill_count"] == 2 * len({fill for fill in shared if fill < 2**62 - 1})
    assert found["g"]["repeat_count"] * 2 == found["g"]["fill_count"]
    assert found["h"]["overlap_p"] is None


def test_an_item_under_a_system_prompt_and_an_instruction_of_one_family_counts_once(blank_line: Line) -> None:
    parts = {"head-0": 0, "system-0": 1000}
    use = {"snapshot_date": FIRST_DAY, "sample_level": 0, "use_count": 1}
    fills = [
        use | {"account_id": account, "template_id": template, "fill_hash": 30 * place + number + added}
        for place, account in enumerate("abcd") for number in range(30) for template, added in parts.items()
    ]  # fmt: skip
    put(blank_line.connection, "core.fill_days", fills)
    families = [{"template_id": template, "family_id": "head-0"} for template in parts]
    put(blank_line.connection, "features.template_families", families)
    noon = datetime.combine(FIRST_DAY, time(12))
    counts = {"exchange_count": 120, "distinct_prompt_count": 120, "account_count": 4}
    known = {"snapshot_date": FIRST_DAY, "template_id": "system-0", "part": "system", "text": "t"}
    put(blank_line.connection, "core.templates", [known | counts | {"first_at": noon, "last_at": noon}])
    members = pl.DataFrame({"group_id": ["g"] * 4, "account_id": list("abcd")})
    templates = pl.DataFrame({"group_id": ["g"], "template_id": "head-0"})
    pair = {"snapshot_date": FIRST_DAY, "template_id": "head-0", "other_template_id": "system-0"}
    for together, items in ((120, 120), (59, 240)):
        put(blank_line.connection, "core.template_pairs", [pair | {"exchange_count": together}])
        (found,) = fill_overlap(blank_line.connection, members, WINDOW, templates).to_dicts()
        assert (found["fill_count"], found["repeat_count"]) == (items, 0)


def test_a_common_frameworks_template_says_nothing(blank_line: Line) -> None:
    _put_fills(blank_line, {"a": {0: set(range(30))}, "b": {0: set(range(30))}})
    known = {"template_id": "head-0", "part": "head", "text": "t", "variation_count": 1, "exchange_count": 9}
    dates = {"first_on": FIRST_DAY, "last_on": FIRST_DAY}
    put(
        blank_line.connection,
        "features.templates",
        [{**known, **dates, "account_count": 9, "payer_count": 9, "payer_share": 0.9, "asked_share": 0.0}],
    )
    members = pl.DataFrame({"group_id": ["g", "g"], "account_id": ["a", "b"]})
    templates = pl.DataFrame({"group_id": ["g"], "template_id": "head-0"})
    assert fill_overlap(blank_line.connection, members, WINDOW, templates)["fill_count"].to_list() == [None]


def test_stored_prompts_sent_from_several_accounts_are_seen(blank_line: Line) -> None:
    rows = [
        {"snapshot_date": FIRST_DAY, "account_id": account, "prompt_hash": number, "sample_level": 0, "use_count": 1}
        for account in "abcd" for number in range(25)
    ]  # fmt: skip
    put(blank_line.connection, "core.prompt_days", rows)
    members = pl.DataFrame({"group_id": ["g"] * 4, "account_id": list("abcd")})
    (found,) = prompt_overlap(blank_line.connection, members, WINDOW).to_dicts()
    assert (found["distinct_fill_count"], found["repeat_count"]) == (25, 75)
    assert found["overlap_z"] > 5


def test_groups_are_judged_alike_however_many_at_a_time(blank_line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    accounts = [f"a{n}" for n in range(12)]
    drawn = {account: {day: set(map(int, rng.integers(0, 60, 25))) for day in (0, 1)} for account in accounts}
    _put_fills(blank_line, drawn)
    prompts = [
        {"snapshot_date": FIRST_DAY, "account_id": account, "prompt_hash": fill, "sample_level": 0, "use_count": 1}
        for account, days in drawn.items() for fill in days[0]
    ]  # fmt: skip
    put(blank_line.connection, "core.prompt_days", prompts)
    members = pl.DataFrame({"group_id": [f"g{n // 3}" for n in range(12)], "account_id": accounts})
    templates = pl.DataFrame({"group_id": [f"g{n}" for n in range(4)], "template_id": "head-0"})

    def judged() -> list[pl.DataFrame]:
        connection = blank_line.connection
        return [fill_overlap(connection, members, WINDOW, templates), prompt_overlap(connection, members, WINDOW)]

    whole = judged()
    assert all(frame["overlap_p"].null_count() == 0 for frame in whole)
    monkeypatch.setattr(module, "FILLS_AT_ONCE", 1)
    for one, other in zip(judged(), whole, strict=True):
        polars.testing.assert_frame_equal(one, other, check_exact=True)
