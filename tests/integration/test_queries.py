"""The example queries: each runs as `forensics query` runs it, and where an answer is cheap by hand it is that one."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from forensics.cli.query import confine, one_select
from forensics.home import Home
from forensics.warehouse import open_published
from tests.worlds.line import Line

FOLDER = Path(__file__).resolve().parents[2] / "warehouse" / "queries"
QUERIES = sorted(FOLDER.glob("*.sql"))
Rows = list[dict[str, Any]]


def asked(line: Line, name: str) -> Rows:
    """Rows of an example query."""
    return line.frame((FOLDER / f"{name}.sql").read_text("utf-8")).to_dicts()


def rows(line: Line, query: str) -> Rows:
    return line.frame(query).to_dicts()


def newest_accounts(line: Line) -> dict[str, dict[str, Any]]:
    return {row["account_id"]: row for row in rows(line, "FROM raw.accounts ORDER BY snapshot_date")}


def carriers(line: Line) -> dict[tuple[str, str], set[str]]:
    """Accounts by kind and value."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows(line, "FROM links.account_signals"):
        found[row["signal_kind"], row["signal_value"]].add(row["account_id"])
    return found


@pytest.fixture(scope="module")
def confined(finished: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published warehouse as `forensics query` opens it."""
    with open_published(finished) as connection:
        confine(connection, finished)
        yield connection


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_a_query_begins_with_its_question_and_runs(path: Path, confined: duckdb.DuckDBPyConnection) -> None:
    first = path.read_text("utf-8").splitlines()[0]
    assert first.startswith("-- ") and "?" in first
    assert confined.execute(one_select(path.read_text("utf-8"))).description


def test_there_are_twenty_queries() -> None:
    assert len(QUERIES) >= 20


def test_instruments_that_link_organisations(tiny_line: Line) -> None:
    paid: dict[str, set[str]] = defaultdict(set)
    for row in rows(tiny_line, "FROM raw.payments"):
        paid[row["instrument_id"]].add(row["account_id"])
    accounts = newest_accounts(tiny_line)
    expected = {
        card: len(members)
        for card, members in paid.items()
        if len(members) >= 3 and len({accounts[one]["organisation_id"] or one for one in members}) >= 2
    }
    answer = asked(tiny_line, "instruments_of_many_organisations")
    assert {row["instrument_id"]: row["account_count"] for row in answer} == expected
    assert expected, "the hydra shares cards"


def test_sign_up_bursts(tiny_line: Line) -> None:
    counted = Counter(
        (row["created_at"].replace(minute=0, second=0, microsecond=0), row["email_domain"])
        for row in newest_accounts(tiny_line).values()
        if row["email_domain"]
    )
    answer = asked(tiny_line, "sign_up_bursts")
    found = {(row["hour"], row["email_domain"]): row["account_count"] for row in answer}
    assert found == {key: count for key, count in counted.items() if count >= 5}
    members = {row["account_id"] for row in rows(tiny_line, "FROM reports.finding_accounts")}
    assert sum(row["in_findings_count"] for row in answer) <= len(members)


def test_daily_traffic_and_busiest_accounts(tiny_line: Line) -> None:
    exchanges = rows(tiny_line, "SELECT snapshot_date, account_id, outcome FROM raw.exchanges")
    by_day = Counter(row["snapshot_date"] for row in exchanges)
    assert {row["snapshot_date"]: row["exchange_count"] for row in asked(tiny_line, "daily_traffic")} == by_day
    by_account = Counter(row["account_id"] for row in exchanges)
    answer = asked(tiny_line, "busiest_accounts")
    assert [row["exchange_count"] for row in answer] == sorted(by_account.values(), reverse=True)[:25]
    assert all(by_account[row["account_id"]] == row["exchange_count"] for row in answer)
    refused = Counter(row["account_id"] for row in exchanges if row["outcome"] == "refused")
    shares = sorted((refused[one] / count for one, count in by_account.items() if count >= 20), reverse=True)
    answer = asked(tiny_line, "most_refused")
    assert [row["refused_count"] / row["exchange_count"] for row in answer] == pytest.approx(shares[:25])


def test_round_the_clock_and_sudden_growth(tiny_line: Line) -> None:
    exchanges = rows(tiny_line, "SELECT snapshot_date, account_id, hour(occurred_at) AS hour FROM raw.exchanges")
    hours: dict[tuple[str, Any], set[int]] = defaultdict(set)
    for row in exchanges:
        hours[row["account_id"], row["snapshot_date"]].add(row["hour"])
    expected = Counter(account for (account, _), found in hours.items() if len(found) >= 20)
    assert {row["account_id"]: row["day_count"] for row in asked(tiny_line, "round_the_clock")} == expected
    daily = Counter((row["account_id"], row["snapshot_date"]) for row in exchanges)
    first, second = sorted({day for _, day in daily})
    grown = {
        account
        for (account, day), count in daily.items()
        if day == second and count >= 100 and (before := daily[account, first]) and count >= 10 * before
    }
    assert {row["account_id"] for row in asked(tiny_line, "sudden_growth")} == grown


def test_shared_keys_and_bystanders(tiny_line: Line) -> None:
    shared, payers = (
        carriers(tiny_line),
        {row["account_id"]: row["payer_id"] for row in rows(tiny_line, "FROM features.payers")},
    )
    hubs = {(row["signal_kind"], row["signal_value"]) for row in rows(tiny_line, "FROM links.signals WHERE is_hub")}
    expected = {
        (kind, value)
        for (kind, value), members in shared.items()
        if kind in ("api_key", "client_fingerprint", "conversation")
        and (kind, value) not in hubs
        and len({payers[one] for one in members}) >= 2
    }
    assert {(row["signal_kind"], row["signal_value"]) for row in asked(tiny_line, "shared_keys")} == expected
    members = rows(tiny_line, "FROM reports.finding_accounts JOIN reports.findings USING (finding_id)")
    accused: dict[str, set[str]] = defaultdict(set)
    for row in members:
        if row["confidence"] in ("high", "moderate"):
            accused[row["finding_id"]].add(row["account_id"])
    in_any = {row["account_id"] for row in members}
    beside = {
        (finding, one)
        for finding, group in accused.items()
        for (kind, value), sharing in shared.items()
        if kind in ("ip", "payment_instrument") and (kind, value) not in hubs and sharing & group
        for one in sharing - in_any
    }
    assert {(row["finding_id"], row["account_id"]) for row in asked(tiny_line, "bystanders")} == beside


def test_what_findings_share_call_and_lose(tiny_line: Line) -> None:
    signals = rows(tiny_line, "FROM reports.finding_signals")
    counted = Counter((row["signal_kind"], row["signal_value"]) for row in signals)
    answer = asked(tiny_line, "signals_across_findings")
    found = {(row["signal_kind"], row["signal_value"]): row["finding_count"] for row in answer}
    assert found == {key: count for key, count in counted.items() if count >= 2}
    members = rows(tiny_line, "FROM reports.finding_accounts JOIN reports.findings USING (finding_id)")
    accused = {row["account_id"] for row in members if row["confidence"] in ("high", "moderate")}
    exchanges = rows(tiny_line, "SELECT model, account_id FROM raw.exchanges")
    theirs = Counter(row["model"] for row in exchanges if row["account_id"] in accused)
    called = {row["model"]: row["accused_exchanges"] or 0 for row in asked(tiny_line, "models_of_findings")}
    assert called == {model: theirs[model] for model in {row["model"] for row in exchanges}}
    stopped = {one for one, row in newest_accounts(tiny_line).items() if row["status"] != "active"}
    expected = Counter(row["finding_id"] for row in members if row["account_id"] in stopped)
    answer = asked(tiny_line, "suspended_share")
    assert {row["finding_id"]: row["stopped_count"] for row in answer} == {
        row["finding_id"]: expected[row["finding_id"]] for row in rows(tiny_line, "FROM reports.findings")
        if row["account_count"]
    }  # fmt: skip


def test_the_macros_agree_with_the_tables(tiny_line: Line) -> None:
    shared = carriers(tiny_line)
    (kind, value), members = max(shared.items(), key=lambda item: (len(item[1]), item[0]))
    found = tiny_line.connection.execute(
        "SELECT account_id FROM analysis.accounts_with($kind, $value)", {"kind": kind, "value": value}
    ).fetchall()
    assert {row[0] for row in found} == members
    first, second = sorted(members)[:2]
    common = tiny_line.connection.execute("FROM analysis.in_common(?, ?)", [first, second]).fetchall()
    assert {row[:2] for row in common} == {key for key, sharing in shared.items() if {first, second} <= sharing}
    mine = tiny_line.connection.execute("FROM analysis.signals_of(?)", [first]).fetchall()
    assert {row[:2] for row in mine} == {key for key, sharing in shared.items() if first in sharing}
    days = tiny_line.connection.execute("FROM analysis.traffic_of(?)", [first]).fetchall()
    assert sum(row[1] for row in days) == sum(
        row["account_id"] == first for row in rows(tiny_line, "SELECT account_id FROM raw.exchanges")
    )
    hubs = {(row["signal_kind"], row["signal_value"]) for row in rows(tiny_line, "FROM links.signals WHERE is_hub")}
    near = {
        other for key, sharing in shared.items() if first in sharing and key not in hubs for other in sharing - {first}
    }
    neighbours = tiny_line.connection.execute("FROM analysis.neighbours_of(?)", [first]).fetchall()
    assert {row[0] for row in neighbours} == near
    text = tiny_line.connection.execute("SELECT analysis.readable('a' || chr(27) || chr(10) || 'b', 9)").fetchall()
    assert text == [("a b",)]


def test_demands_of_findings_are_those_of_their_accounts(tiny_line: Line) -> None:
    members = {(row["finding_id"], row["account_id"]) for row in rows(tiny_line, "FROM reports.finding_accounts")}
    asked_for: Counter[tuple[str, str]] = Counter()
    for row in rows(tiny_line, "FROM core.capability_days"):
        for finding, account in members:
            if account == row["account_id"]:
                asked_for[finding, row["capability"]] += row["exchange_count"]
    answer = asked(tiny_line, "demands_of_findings")
    assert {(row["finding_id"], row["capability"]): row["exchange_count"] for row in answer} == asked_for
    assert any(row["percent_refused"] > 0 for row in answer)
