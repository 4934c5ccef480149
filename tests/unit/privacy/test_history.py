"""The history is kept as far back as runs look, and no further; ids and births of findings outlive it."""

from datetime import date, timedelta

from forensics.privacy.history import HISTORY_DAYS, THINNED, thin_history
from forensics.privacy.retention import older_rows
from forensics.reports.past import LOOK_BACK_DAYS, past_findings
from forensics.window import Window
from tests.worlds.line import Line, put

NOW = date(2026, 3, 8)
OLD, JUST = NOW - timedelta(days=HISTORY_DAYS + 1), NOW - timedelta(days=HISTORY_DAYS)


def fill(line: Line) -> None:
    days = [{"as_of": day, "finding_id": "f-1"} for day in (OLD, JUST, NOW)]
    members = {"account_id": "a", "role": "core", "membership": 1.0}
    values = {"signal_kind": "ip", "signal_value": "x", "family": "network", "accounts_sharing": 2}
    state = {"kind": "relay", "status": "new", "is_reported": True, "confidence": "low", "account_count": 1,
             "exchange_count": 1, "supports": "", "last_found_on": OLD}  # fmt: skip
    put(line.connection, "reports.finding_history", [{**day, **members} for day in days])
    put(line.connection, "reports.finding_signal_history", [{**day, **values} for day in days])
    once = {"as_of": OLD, "finding_id": "f-old"}
    put(line.connection, "reports.finding_states", [{**day, **state} for day in (*days, once)])


def days(line: Line, table: str) -> list[date]:
    return [row[0] for row in line.connection.execute(f"SELECT as_of FROM {table} ORDER BY ALL").fetchall()]


def test_what_no_run_looks_back_on_goes_once_and_is_written_down(blank_line: Line) -> None:
    fill(blank_line)
    gone = thin_history(blank_line.connection, NOW)
    assert {(one.table, one.rows) for one in gone} == {(name, 1) for name in THINNED}
    for table in THINNED:
        assert days(blank_line, table) == [JUST, NOW]
    logged = blank_line.connection.execute(
        "SELECT table_name, removed_count, cause, removed_by FROM raw.removals ORDER BY ALL"
    ).fetchall()
    assert logged == [(name, 1, "retention", "run") for name in sorted(THINNED)]
    assert thin_history(blank_line.connection, NOW) == []
    assert HISTORY_DAYS > LOOK_BACK_DAYS


def test_ids_are_known_and_births_stand_when_the_rest_was_taken_out(blank_line: Line) -> None:
    fill(blank_line)
    thin_history(blank_line.connection, NOW)
    table = "reports.finding_states"
    blank_line.connection.execute(f"DELETE FROM {table} WHERE {older_rows(table)}", [NOW])
    assert days(blank_line, table) == [OLD, OLD, NOW]
    past = past_findings(blank_line.connection, Window(NOW + timedelta(days=1), 7))
    assert past.known_ids == {"f-1", "f-old"}
