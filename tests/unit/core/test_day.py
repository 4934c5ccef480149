"""One day's sums against a recount row by row, on values that try to break it."""

import hashlib
import re
from collections import defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from forensics import contracts
from forensics.core import build_day
from forensics.core.prompt_text import MASKS, cue_pattern
from tests.worlds.line import Line, put, put_exchanges
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


def _skeleton(text: str) -> str:
    text = text.lower()
    for expression, slot in MASKS:
        text = re.sub(expression, slot, text)
    return text.strip()


def _unspaced(words: str) -> bool:
    return sum("\u3400" <= character <= "\u9fff" for character in words) >= 20


def _templates(row: dict[str, Any]) -> list[str]:
    """The templates of an exchange by the documented rule, word by word."""
    found = []
    head = " ".join(_skeleton(row["prompt"][:320]).split(" ")[:12])
    tail = " ".join(_skeleton(row["prompt"][-320:]).split(" ")[-12:]) if len(row["prompt"]) > 240 else ""
    found.append(("head", head[:20] if _unspaced(head) else head))
    found.append(("tail", tail[-20:] if _unspaced(tail) else tail))
    found.append(("system", _skeleton((row["system_prompt"] or "")[:1000])))
    return [f"{part}-{hashlib.md5(text.encode()).hexdigest()[:16]}" for part, text in found if text]


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
        assert found[account] == {
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
            "reasoning_request_count": sum(bool(re.search(cue_pattern("reasoning"), row["prompt"])) for row in own),
            "grading_request_count": sum(bool(re.search(cue_pattern("grading"), row["prompt"].lower())) for row in own),
            "first_at": min(times),
            "last_at": max(times),
        }


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
    templates: dict[Any, list[str]] = defaultdict(list)
    for row in rows:
        hours[row["account_id"], row["occurred_at"].hour] += 1
        at = row["occurred_at"]
        minutes[row["account_id"], 60 * at.hour + at.minute, row["model"]].append(row)
        for kind, name in (("ip", "ip"), ("user_agent", "user_agent"), ("conversation", "history_fingerprint")):
            if row[name]:
                signals[row["account_id"], kind, row[name][:200]] += 1
        for template in _templates(row):
            templates[row["account_id"], template].append(row["prompt"])
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
    totals: dict[str, int] = defaultdict(int)
    for (_, template), prompts in templates.items():
        totals[template] += len(prompts)
    found = line.connection.execute(
        "SELECT account_id, template_id, exchange_count, distinct_prompt_count FROM core.template_days"
    ).fetchall()
    assert {tuple(row[:2]): row[2:] for row in found} == {
        key: (len(prompts), len(set(prompts))) for key, prompts in templates.items() if totals[key[1]] >= 2
    }
    texts = line.frame("FROM core.templates")
    assert set(texts["template_id"]) == {template for template, count in totals.items() if count >= 2}
    assert texts["text"].str.len_chars().max() <= 400


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
    assert all(rows for name, rows in first.items() if name != "day_loads")


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
    assert set(build_day(blank_line.connection, FIRST_DAY).values()) == {0}
