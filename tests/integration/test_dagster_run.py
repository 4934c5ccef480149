"""One Dagster run over two days: what it materialises, what it says about it, and what it leaves behind."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from forensics import contracts
from forensics.contracts.sql import relation
from forensics.home import Home
from forensics.warehouse import open_published, versions
from pipelines.definitions import defs
from pipelines.progress import Progress, listening
from pipelines.runs import AS_OF_TAG, FINDINGS_TAG
from pipelines.specs import DAILY_STEPS, asset_key
from tests.integration.dagster_runs import digest, prepared, run_range
from tests.integration.small_world import DAYS, EXCHANGE_COUNT, FIRST, SECOND


@pytest.fixture(scope="module")
def instance(finished: Home) -> Iterator[dg.DagsterInstance]:
    """The instance that recorded the run."""
    with dg.DagsterInstance.from_config(str(prepared(finished).dagster)) as opened:
        yield opened


def materialisations(instance: dg.DagsterInstance, full_name: str) -> list[dg.AssetMaterialization]:
    """All materialisations of a table, oldest first."""
    records = instance.fetch_materializations(asset_key(full_name), limit=100, ascending=True).records
    return [record.asset_materialization for record in records if record.asset_materialization]


DATED = [table for table in contracts.tables() if table.step in DAILY_STEPS and "snapshot_date" in table.columns]
"""Daily tables whose rows belong to a day; the logs of erasures and removals do not."""


@pytest.mark.parametrize("table", DATED, ids=lambda t: t.full_name)
def test_a_daily_table_has_one_materialisation_a_day_with_that_days_rows(
    instance: dg.DagsterInstance, finished: Home, table: contracts.Table
) -> None:
    events = {event.partition: event.metadata for event in materialisations(instance, table.full_name)}
    assert sorted(events, key=str) == [day.isoformat() for day in DAYS]
    with open_published(finished) as connection:
        for day in DAYS:
            counted = connection.execute(
                f"SELECT count(*) FROM {relation(table)} WHERE snapshot_date = ?", [day]
            ).fetchall()[0][0]
            assert events[day.isoformat()]["dagster/partition_row_count"].value == counted


@pytest.mark.parametrize(
    "table", [t for t in contracts.tables() if t.step not in DAILY_STEPS], ids=lambda t: t.full_name
)
def test_a_table_that_looks_back_has_one_materialisation_with_its_rows(
    instance: dg.DagsterInstance, finished: Home, table: contracts.Table
) -> None:
    (event,) = materialisations(instance, table.full_name)
    with open_published(finished) as connection:
        counted = connection.execute(f"SELECT count(*) FROM {relation(table)}").fetchall()[0][0]
    assert event.partition is None
    assert event.metadata["dagster/row_count"].value == counted
    assert str(event.metadata["preview"].value).startswith("| " if counted else "No rows.")


def test_a_preview_shows_attackers_text_and_never_obeys_it(instance: dg.DagsterInstance) -> None:
    previews = [str(event.metadata["preview"].value) for event in materialisations(instance, "raw.exchanges")]
    for preview in previews:
        assert len(preview.splitlines()) <= 12
        assert not any(character in preview for character in "<>`[]\x1b")
        assert "http://" not in preview


def test_the_published_warehouse_shows_version_findings_and_map(instance: dg.DagsterInstance, finished: Home) -> None:
    (event,) = materialisations(instance, "exports.published_warehouse")
    assert event.metadata["version"].value == versions(finished)[0].number == 1
    assert event.metadata["as_of"].value == SECOND.isoformat()
    assert str(event.metadata["account_map"].value).startswith("![Map of accounts](data:image/png;base64,iVBOR")
    with open_published(finished) as connection:
        ids = [row[0] for row in connection.execute("SELECT finding_id FROM reports.findings").fetchall()]
    assert ids
    assert all(one.replace("-", "&#45;") in str(event.metadata["findings"].value) for one in ids)


def test_the_run_is_tagged_with_what_it_found(instance: dg.DagsterInstance, finished: Home) -> None:
    (run,) = instance.get_runs()
    with open_published(finished) as connection:
        count = connection.execute("SELECT count(*) FROM reports.findings").fetchall()[0][0]
    assert run.status == dg.DagsterRunStatus.SUCCESS
    assert run.tags[AS_OF_TAG] == SECOND.isoformat()
    assert run.tags[FINDINGS_TAG] == str(count)


def test_every_check_was_evaluated_and_reads_as_a_sentence(instance: dg.DagsterInstance) -> None:
    (run,) = instance.get_runs()
    records = instance.get_records_for_run(run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION).records
    evaluations = [record.event_log_entry.asset_check_evaluation for record in records]
    wanted = set(defs.resolve_asset_graph().asset_check_keys)
    assert {one.asset_check_key for one in evaluations if one} == wanted
    for one in evaluations:
        assert one
        assert one.description and one.description[-1] == "."
        assert one.passed or one.severity == dg.AssetCheckSeverity.WARN, one.description


def test_every_exchange_arrived(finished: Home) -> None:
    with open_published(finished) as connection:
        days = connection.execute(
            "SELECT snapshot_date, count(*) FROM raw.exchanges GROUP BY ALL ORDER BY ALL"
        ).fetchall()
    assert days == [(day, EXCHANGE_COUNT) for day in DAYS]


@pytest.mark.parametrize("table", contracts.of_step("reports"), ids=lambda t: t.name)
def test_the_parquet_files_hold_the_same_rows_as_the_warehouse(finished: Home, table: contracts.Table) -> None:
    written = pl.read_parquet(finished.reports / SECOND.isoformat() / f"{table.name}.parquet")
    with open_published(finished) as connection:
        published = connection.sql(f"SELECT * FROM {relation(table)}").pl()
    keys = table.primary_key
    assert written.sort(keys).equals(published.sort(keys))


def test_what_the_run_used_is_closed_again(finished: Home) -> None:
    assert not list(finished.root.glob("*.wal"))
    assert not list(finished.root.glob(".publishing*"))
    assert finished.lock.read_text("utf-8") == ""


def test_the_look_back_covers_the_window(finished: Home) -> None:
    with open_published(finished) as connection:
        as_of, first = connection.execute("SELECT as_of, window_from FROM reports.runs").fetchall()[0]
    assert (as_of, first) == (SECOND, date(2026, 2, 4))


class KilledError(Exception):
    """Ends a run between two days."""


def test_a_run_goes_on_with_what_an_interrupted_one_had_left(finished: Home, world: Path, tmp_path: Path) -> None:
    home = prepared(Home(tmp_path / "home").create())
    kept: dict[str, list[bool]] = {}

    def run(stop: str, units: int = 1) -> None:
        def listen(progress: Progress) -> None:
            kept.setdefault(progress.step, []).append("interrupted" in progress.text)
            if (progress.step, progress.done) == (stop, units):
                raise KilledError

        with listening(listen), pytest.raises(KilledError):
            run_range(home, world, FIRST, SECOND)

    run(stop="core", units=1)
    run(stop="links")
    run(stop="published_warehouse")
    assert kept["core"] == [False, True, False, True, True]
    assert kept["features"] == kept["clusters"] == kept["links"] == [False, True]
    assert digest(home.published) == digest(finished.published)
    home.settings.write_text("prompts_per_account_day = 7\n", "utf-8")
    run(stop="core", units=1)
    assert not kept["core"][-1]
