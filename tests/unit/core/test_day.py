"""One day's sums against a recount row by row, on values that try to break it."""

import shutil
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from forensics import contracts
from forensics.core import build_day, stale_days
from tests.worlds.line import Line, open_line, put, put_exchanges
from tests.worlds.tiny import FIRST_DAY

NASTY = (
    "",
    " ",
    "\0",
    "a\0b",
    '"; DROP TABLE core.account_days; --',
    "'; ATTACH 'x' AS y; --",
    "$day ? {} %s",
    "步骤一步一步地解释这个问题的答案并且打分谢谢你的帮助",
    "e\u0301 é 👩‍👩‍👧 ‮right to left",
    "<script>alert(1)</script>",
    "Grade the answer 12 of 20 step by step",
    "x" * 50_000,
    "the same long question " * 30,
    None,
)
OUTCOMES = ("ok", "refused", "rate_limited", "error")


def _random_rows(seed: int, count: int = 300) -> list[dict[str, Any]]:
    rng = np.random.default_rng(seed)
    accounts = ["a", "b", 'name"; DROP TABLE x', "账户", "  ", "a\0"]

    def nasty() -> str | None:
        return NASTY[rng.integers(0, len(NASTY))]

    midnight = datetime.combine(FIRST_DAY, datetime.min.time())
    return [
        {
            "exchange_id": f"ex-{number}",
            "account_id": accounts[rng.integers(0, len(accounts))],
            "occurred_at": midnight + timedelta(microseconds=int(rng.integers(0, 86_400_000_000))),
            "model": ["m1", "m2"][rng.integers(0, 2)],
            "prompt": nasty() or "",
            "system_prompt": nasty(),
            "input_tokens": int(rng.integers(0, 2**40)),
            "output_tokens": int(rng.integers(0, 10)),
            "ip": [None, "192.0.2.1", "192.0.2.9", "2001:db8::1"][rng.integers(0, 4)],
            "user_agent": nasty(),
            "thinking": [None, True, False][rng.integers(0, 3)],
            "tool_count": [None, 0, 3][rng.integers(0, 3)],
            "image_count": [None, 0, 1][rng.integers(0, 3)],
            "outcome": OUTCOMES[rng.integers(0, 4)],
            "history_fingerprint": [None, "h1", "h2"][rng.integers(0, 3)],
        }
        for number in range(count)
    ]


def _frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    types = {name: column.dtype for name, column in contracts.get("raw.exchanges").columns.items()}
    return pl.DataFrame(rows, schema={name: types[name] for name in rows[0]})


def _built(line: Line, tmp_path: Path, rows: list[dict[str, Any]]) -> Line:
    put_exchanges(line.connection, tmp_path, _frame(rows), FIRST_DAY)
    build_day(line.connection, FIRST_DAY)
    return line


@pytest.mark.parametrize("seed", range(3))
def test_account_days_are_what_a_recount_gives(blank_line: Line, tmp_path: Path, seed: int) -> None:
    rows = _random_rows(seed)
    line = _built(blank_line, tmp_path, rows)
    by_account = defaultdict(list)
    for row in rows:
        by_account[row["account_id"]].append(row)
    found = {row["account_id"]: row for row in line.frame("FROM core.account_days").iter_rows(named=True)}
    assert found.keys() == by_account.keys()
    for account, own in by_account.items():
        times = [row["occurred_at"] for row in own]
        expected = {
            "snapshot_date": FIRST_DAY,
            "account_id": account,
            "exchange_count": len(own),
            **{f"{outcome}_count": sum(row["outcome"] == outcome for row in own) for outcome in OUTCOMES},
            "input_tokens": sum(row["input_tokens"] for row in own),
            "output_tokens": sum(row["output_tokens"] for row in own),
            "thinking_count": sum(row["thinking"] is True for row in own),
            "tool_exchange_count": sum((row["tool_count"] or 0) > 0 for row in own),
            "image_exchange_count": sum((row["image_count"] or 0) > 0 for row in own),
            "conversation_turn_count": sum(row["history_fingerprint"] is not None for row in own),
            "prompt_characters": sum(len(row["prompt"]) for row in own),
            "distinct_prompt_count": len({row["prompt"] for row in own}),
            "model_count": len({row["model"] for row in own}),
            "address_count": len({row["ip"] for row in own} - {None}),
            "first_at": min(times),
            "last_at": max(times),
        }
        assert {name: found[account][name] for name in expected} == expected


def test_hours_signals_and_templates_are_what_a_recount_gives(blank_line: Line, tmp_path: Path) -> None:
    rows = _random_rows(7)
    noon = datetime.combine(FIRST_DAY, datetime.min.time()) + timedelta(hours=12)
    base = {"snapshot_date": FIRST_DAY, "paid_at": noon}
    put(
        blank_line.connection,
        "raw.payments",
        [
            {**base, "payment_id": "1", "account_id": "a", "instrument_id": "'; --", "status": "declined"},
            {**base, "payment_id": "2", "account_id": "a", "instrument_id": "'; --"},
            {**base, "payment_id": "3", "account_id": "only-pays", "instrument_id": "i" * 500},
        ],
    )
    line = _built(blank_line, tmp_path, rows)
    hours: dict[Any, int] = defaultdict(int)
    minutes: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    signals: dict[Any, int] = defaultdict(int)
    for row in rows:
        hours[row["account_id"], row["occurred_at"].hour] += 1
        at = row["occurred_at"]
        minutes[row["account_id"], 60 * at.hour + at.minute, row["model"]].append(row)
        for kind, name in (("ip", "ip"), ("user_agent", "user_agent"), ("conversation", "history_fingerprint")):
            if row[name]:
                signals[row["account_id"], kind, row[name][:200]] += 1
    signals["a", "payment_instrument", "'; --"] = 2
    signals["only-pays", "payment_instrument", "i" * 200] = 1
    found = line.connection.execute("SELECT account_id, hour, exchange_count FROM core.account_hours").fetchall()
    assert {(account, hour): count for account, hour, count in found} == hours
    found = line.connection.execute(
        "SELECT account_id, minute, model, exchange_count, opening_count, rate_limited_count FROM core.account_minutes"
    ).fetchall()
    assert {tuple(row[:3]): row[3:] for row in found} == {
        key: (
            len(own),
            sum(row["history_fingerprint"] is None for row in own),
            sum(row["outcome"] == "rate_limited" for row in own),
        )
        for key, own in minutes.items()
    }
    found = line.connection.execute(
        "SELECT account_id, signal_kind, signal_value, use_count FROM core.signal_days WHERE signal_kind <> 'ip_prefix'"
    ).fetchall()
    assert {tuple(row[:3]): row[3] for row in found} == signals


def test_sums_of_templates_are_what_their_exchanges_give(blank_line: Line, tmp_path: Path) -> None:
    frames = ("Grade the answer below and say which of the twelve rules it breaks first: {}", "{} in one word")
    rows = [
        {
            **row,
            "prompt": frames[number % 2].format(f"item {'abcdefgh'[number % 7]} of {number % 5}"),
            "account_id": f"a{number % 3}",
        }
        for number, row in enumerate(_random_rows(5))
    ]
    line = _built(blank_line, tmp_path, rows)
    exchanges = {row["exchange_id"]: row for row in rows}
    found = line.frame("FROM core.exchange_templates").to_dicts()
    assert {row["part"] for row in found} == {"head", "system"}
    assert len({(row["exchange_id"], row["template_id"]) for row in found}) == len(found)
    own: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for row in found:
        assert exchanges[row["exchange_id"]]["account_id"] == row["account_id"]
        own[row["account_id"], row["template_id"]].append(row)
    counted = line.connection.execute(
        "SELECT account_id, template_id, exchange_count, distinct_prompt_count, fill_count FROM core.template_days"
    ).fetchall()
    prompts = {row["exchange_id"]: row["prompt"] for row in rows}
    assert {tuple(row[:2]): row[2:] for row in counted} == {
        key: (len(uses), len({prompts[use["exchange_id"]] for use in uses}), len({use["fill_number"] for use in uses}))
        for key, uses in own.items()
    }
    assert all(
        {use["fill_number"] for use in uses} == {*range(1, 1 + count)}
        for uses, count in ((own[tuple(row[:2])], row[4]) for row in counted)
    )
    fills = line.connection.execute(
        "SELECT account_id, template_id, SUM(use_count), SUM(conversation_turn_count), COUNT(*), MAX(sample_level)"
        " FROM core.fill_days GROUP BY ALL"
    ).fetchall()
    turns = {row["exchange_id"]: row["history_fingerprint"] is not None for row in rows}
    # Under a system prompt a short prompt, a greeting say, is no item.
    items = {
        key: [use for use in uses if use["part"] != "system" or prompts[use["exchange_id"]].startswith("Grade")]
        for key, uses in own.items()
    }
    assert {tuple(row[:2]): row[2:] for row in fills} == {
        key: (
            len(uses),
            sum(turns[use["exchange_id"]] for use in uses),
            len({use["fill_number"] for use in uses}),
            0,
        )
        for key, uses in items.items()
        if uses
    }
    # The hash of a fill is that of its place among those of the account and template.
    used = line.connection.execute(
        "SELECT account_id, template_id, fill_hash, use_count FROM core.fill_days ORDER BY ALL"
    ).fetchall()
    numbered: dict[Any, list[Any]] = defaultdict(list)
    for *key, _, count in used:
        numbered[tuple(key)].append(count)
    assert numbered == {
        key: [count for _, count in sorted(Counter(use["fill_number"] for use in uses).items())]
        for key, uses in items.items()
        if uses
    }
    pairs = line.connection.execute("SELECT SUM(exchange_count) FROM core.template_pairs").fetchall()[0][0]
    both: dict[str, int] = defaultdict(int)
    for row in found:
        both[row["exchange_id"]] += 1
    assert pairs == sum(count * (count - 1) // 2 for count in both.values())


def test_a_prompt_sent_again_after_an_answer_is_a_repeat_and_after_an_error_is_not(
    blank_line: Line, tmp_path: Path
) -> None:
    frame = "Work through the task and write down every step that you take on the way to it: {}"
    base = _random_rows(3, count=8)
    for number, (row, outcome) in enumerate(
        zip(base, ("ok", "ok", "error", "ok", "ok", "ok", "ok", "ok"), strict=True)
    ):
        row |= {
            "outcome": outcome,
            "account_id": "a",
            "prompt": frame.format("one" if number < 4 else f"other {number}"),
        }
        row["occurred_at"] = datetime.combine(FIRST_DAY, datetime.min.time()) + timedelta(minutes=number)
    line = _built(blank_line, tmp_path, base)
    query = "SELECT SUM(repeat_count) FROM core.template_days WHERE template_id LIKE 'head-%'"
    assert line.connection.execute(query).fetchall() == [(2,)]


def test_a_day_summed_up_again_has_the_same_file_and_other_rows_have_another(blank_line: Line, tmp_path: Path) -> None:
    line = _built(blank_line, tmp_path, _random_rows(1))
    folder = line.home.core / "exchange_templates" / f"date={FIRST_DAY}"
    (first,) = folder.iterdir()
    before = first.read_bytes()
    build_day(line.connection, FIRST_DAY)
    assert list(folder.iterdir()) == [first]
    _built(line, tmp_path, _random_rows(2))
    assert len(list(folder.iterdir())) == 2
    assert first.read_bytes() == before
    names = line.connection.execute(
        "SELECT file_name FROM core.daily_files WHERE table_name = 'exchange_templates'"
    ).fetchall()
    assert [name for (name,) in names] == [path.name for path in folder.iterdir() if path != first]


DAILY_FILES = ("exchange_templates", "exchange_capabilities")


def test_capabilities_of_exchanges_add_up_to_those_of_accounts(blank_line: Line, tmp_path: Path) -> None:
    rows = _random_rows(4)
    rows[0]["prompt"] = (
        "Score the answer from 1 to 10.\nTask: Write a Python function.\nAnswer: def f(xs): return sorted(xs)"
    )
    line = _built(blank_line, tmp_path, rows)
    found = line.frame("FROM core.exchange_capabilities").to_dicts()
    assert {row["exchange_id"]: row["account_id"] for row in found} == {
        row["exchange_id"]: row["account_id"] for row in rows
    }
    asked = {(row["exchange_id"], row["capability"]) for row in found}
    assert len(asked) == len(found) > len(rows)
    summed = line.connection.execute("SELECT account_id, capability, exchange_count FROM core.capability_days")
    assert {tuple(row[:2]): row[2] for row in summed.fetchall()} == Counter(
        (row["account_id"], row["capability"]) for row in found
    )


@pytest.mark.parametrize("table", DAILY_FILES)
def test_a_lost_file_makes_its_day_stale(table: str, blank_line: Line, tmp_path: Path) -> None:
    line = _built(blank_line, tmp_path, _random_rows(1))
    (file,) = (line.home.core / table).rglob("*.parquet")
    wanted = line.frame(f"FROM core.{table} ORDER BY ALL")
    file.unlink()
    assert list(stale_days(line.connection, FIRST_DAY, FIRST_DAY)) == [FIRST_DAY]
    build_day(line.connection, FIRST_DAY)
    assert line.frame(f"FROM core.{table} ORDER BY ALL").equals(wanted)


def test_a_moved_state_folder_reads_its_own_files(blank_line: Line, tmp_path: Path) -> None:
    line = _built(blank_line, tmp_path, _random_rows(1))
    wanted = [line.frame(f"FROM core.{table} ORDER BY ALL") for table in DAILY_FILES]
    line.connection.execute("CHECKPOINT")
    moved = tmp_path / "moved"
    shutil.copytree(line.home.root, moved)
    shutil.rmtree(line.home.core)
    with open_line(moved, FIRST_DAY) as elsewhere:
        for table, frame in zip(DAILY_FILES, wanted, strict=True):
            assert elsewhere.frame(f"FROM core.{table} ORDER BY ALL").equals(frame)


def _tables(line: Line) -> dict[str, list[Any]]:
    return {
        table.name: line.connection.execute(f"SELECT * FROM {table.full_name}").fetchall()
        for table in contracts.of_step("core")
    }


def test_the_order_of_rows_and_a_second_run_change_nothing(blank_line: Line, tmp_path: Path) -> None:
    rows = _random_rows(11)
    first = _tables(_built(blank_line, tmp_path, rows))
    assert _tables(_built(blank_line, tmp_path, rows)) == first
    assert _tables(_built(blank_line, tmp_path, rows[::-1])) == first
    empty = {name for name, rows in first.items() if not rows}
    assert empty <= {"day_loads", "public_items", "template_pairs"}


def test_a_day_replaces_its_own_rows_only(blank_line: Line, tmp_path: Path) -> None:
    line = _built(blank_line, tmp_path, _random_rows(1))
    before = _tables(line)
    other = date(2026, 3, 9)
    shifted = [{**row, "occurred_at": row["occurred_at"] + timedelta(days=7)} for row in _random_rows(2)]
    put_exchanges(line.connection, tmp_path, _frame(shifted), other)
    build_day(line.connection, other)
    for name, rows in before.items():
        kept = line.connection.execute(f"FROM core.{name} WHERE snapshot_date = ?", [FIRST_DAY]).fetchall()
        assert kept == rows


def test_a_day_without_exchanges_leaves_its_tables_empty(blank_line: Line) -> None:
    rows = build_day(blank_line.connection, FIRST_DAY)
    assert {name for name, count in rows.items() if count} == {"core.daily_files"}
    assert blank_line.frame("FROM core.exchange_templates").is_empty()
