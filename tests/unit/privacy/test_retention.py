"""Retention: what is older than the settings keep goes, is written down, and is missed by nobody."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from forensics.errors import SettingsError
from forensics.home import Home
from forensics.privacy.retention import keep_days, retain
from forensics.raw import load_day
from forensics.raw.exchange_files import lost_days
from forensics.settings import Settings
from forensics.warehouse import open_building
from tests.unit.raw.snapshots import DAY, write_day

DAYS = [DAY + timedelta(days=number) for number in range(3)]
SETTINGS = Settings(window_days=1, retention_days={"raw.exchanges": 1, "raw": 2})


@pytest.fixture
def home(tmp_path: Path, blank_building: Path) -> Home:
    """Three loaded days."""
    home, root = Home(tmp_path / "home").create(), tmp_path / "snapshots"
    shutil.copyfile(blank_building, home.building)
    with open_building(home, SETTINGS) as connection:
        for day in DAYS:
            write_day(root, day)
            load_day(connection, home, SETTINGS, root=str(root), day=day)
    return home


def days_of(home: Home, table: str) -> list[date]:
    with open_building(home, SETTINGS) as connection:
        rows = connection.execute(f"SELECT DISTINCT snapshot_date FROM {table} ORDER BY ALL").fetchall()
    return [row[0] for row in rows]


def test_older_days_go_and_the_logs_stay(home: Home) -> None:
    would = retain(home, SETTINGS, dry_run=True)
    assert days_of(home, "raw.exchanges") == days_of(home, "raw.accounts") == DAYS
    assert retain(home, SETTINGS) == would
    assert days_of(home, "raw.exchanges") == DAYS[2:]
    assert days_of(home, "raw.accounts") == DAYS[1:]
    assert days_of(home, "raw.loads") == DAYS
    assert len(list(home.raw.rglob("*.parquet"))) == 1
    with open_building(home, SETTINGS) as connection:
        assert lost_days(connection, home) == []
        removed = connection.execute(
            "SELECT table_name, snapshot_date, removed_count, sha256_before IS NOT NULL FROM raw.removals ORDER BY ALL"
        ).fetchall()
    assert removed == [
        ("raw.accounts", DAYS[0], 7, False),
        ("raw.exchanges", DAYS[0], 50, True),
        ("raw.exchanges", DAYS[1], 50, True),
    ]
    assert retain(home, SETTINGS) == []


def test_a_table_that_runs_look_back_on_is_kept_for_the_window() -> None:
    with pytest.raises(SettingsError) as refused:
        keep_days(Settings(window_days=28, retention_days={"raw": 7, "core.account_days": 28}))
    assert any(fault.startswith("raw.accounts: 7") for fault in refused.value.faults)
    assert not any(fault.startswith(("core", "raw.quarantine")) for fault in refused.value.faults)


def test_a_setting_that_names_no_daily_table_is_refused() -> None:
    for wrong in ({"raw.loads": 5}, {"reports.findings": 5}, {"raw": 0}):
        with pytest.raises(ValueError, match=r"no daily table|less than a day"):
            Settings(retention_days=wrong)
    assert keep_days(Settings(retention_days='{"raw": 90, "raw.exchanges": 60}'))["raw.exchanges"] == 60  # type: ignore[arg-type]
