"""Days whose sums do not stand on the load in force are found and summed up, whatever left them behind."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from forensics.core import bring_up_to_date, build_day, stale_days
from forensics.core.capabilities import classifier_of, load_taxonomy
from forensics.core.currency import NOT_SUMMED_UP, OTHER_CLASSIFIER, OTHER_DEFINITION, OTHER_EMBEDDER, OTHER_LISTS
from forensics.core.definition import definition_id, said_by_module, said_by_query
from forensics.core.public_items import build_list
from forensics.errors import SettingsError, SnapshotError
from forensics.features.capabilities import account_capabilities
from forensics.home import Home
from forensics.raw import load_day
from forensics.settings import Settings
from forensics.warehouse import open_building
from tests.unit.raw.snapshots import DAY, exchanges, payments, write, write_day
from tests.worlds.fingerprints import fingerprints
from tests.worlds.line import Line, open_line

NEXT_DAY = date(2026, 3, 3)
DAYS = (DAY, NEXT_DAY)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Snapshots of two days."""
    for day in DAYS:
        write_day(tmp_path / "snapshots", day, payments=payments(day=day))
    return tmp_path / "snapshots"


@pytest.fixture
def line(root: Path, blank_building: Path, tmp_path: Path) -> Iterator[Line]:
    """Both days loaded, the second one only summed up, as after a kill between the two steps."""
    folder = tmp_path / "home"
    folder.mkdir()
    shutil.copyfile(blank_building, folder / blank_building.name)
    with open_line(folder, NEXT_DAY, window_days=7) as opened:
        for day in DAYS:
            load_day(opened.connection, opened.home, opened.settings, root=str(root), day=day)
        build_day(opened.connection, NEXT_DAY)
        yield opened


def _counted(line: Line) -> dict[date, int]:
    query = "SELECT snapshot_date, sum(exchange_count)::BIGINT FROM core.account_days GROUP BY ALL"
    return dict(line.connection.execute(query).fetchall())


def test_a_day_that_was_loaded_only_is_summed_up(line: Line) -> None:
    assert stale_days(line.connection, *DAYS) == {DAY: [NOT_SUMMED_UP]}
    assert _counted(line) == {NEXT_DAY: 50}
    said: list[str] = []
    assert bring_up_to_date(line.connection, *line.window.bounds, say=said.append) == [DAY]
    assert said == [f"{DAY}: {NOT_SUMMED_UP}. Summing up the day again, 1 of 1"]
    assert _counted(line) == {DAY: 50, NEXT_DAY: 50}
    assert bring_up_to_date(line.connection, *line.window.bounds) == []


def test_days_outside_the_window_are_left(line: Line) -> None:
    assert bring_up_to_date(line.connection, NEXT_DAY, NEXT_DAY) == []
    assert list(stale_days(line.connection, DAY, DAY)) == [DAY]


def test_a_reissued_day_is_summed_up_again(line: Line, root: Path) -> None:
    bring_up_to_date(line.connection, *DAYS)
    write(root / f"date={DAY}" / "exchanges.parquet", exchanges(9))
    load_day(line.connection, line.home, line.settings, root=str(root), day=DAY, reissued=True)
    assert bring_up_to_date(line.connection, *DAYS) == [DAY]
    assert _counted(line) == {DAY: 9, NEXT_DAY: 50}


def test_days_that_were_read_otherwise_are_read_again(line: Line, tmp_path: Path) -> None:
    bring_up_to_date(line.connection, *DAYS, settings=line.settings)
    assert stale_days(line.connection, *DAYS, line.settings) == {}
    taxonomy = Path(load_taxonomy.__code__.co_filename).with_name("taxonomy.toml").read_text("utf-8")
    edited, items = tmp_path / "taxonomy.toml", tmp_path / "items.parquet"
    edited.write_text(taxonomy.replace("[cues.grading]\nen = [", '[cues.grading]\nen = ["zorble", '), "utf-8")
    item = "Mia has twelve red marbles and gives three of them to her brother before lunch; how many are left?"
    (tmp_path / "items.jsonl").write_text(f'{{"text": "{item}"}}\n', "utf-8")
    build_list(tmp_path / "items.jsonl", items, "words")
    for change, why in (
        ({"capability_taxonomy": str(edited)}, OTHER_CLASSIFIER),
        ({"embedder": "hashing"}, OTHER_EMBEDDER),
        ({"public_item_lists": (str(items),)}, OTHER_LISTS),
    ):
        assert stale_days(line.connection, *DAYS, line.settings.model_copy(update=change)) == {
            day: [why] for day in DAYS
        }
    now = line.settings.model_copy(update={"capability_taxonomy": str(edited)})
    build_day(line.connection, NEXT_DAY, now)
    with pytest.raises(SettingsError, match="2 classifiers") as refused:
        account_capabilities(line.connection, line.window, minimum_exchanges=1)
    assert len(refused.value.faults) == 2
    said: list[str] = []
    assert bring_up_to_date(line.connection, *DAYS, say=said.append, settings=now) == [DAY]
    assert len(said) == 1 and OTHER_CLASSIFIER in said[0]
    assert stale_days(line.connection, *DAYS, now) == {}
    found = line.connection.execute("SELECT DISTINCT classifier_id FROM core.capability_days").fetchall()
    assert found == [(classifier_of(now).id,)]
    account_capabilities(line.connection, line.window, minimum_exchanges=1)


def test_days_that_other_code_summed_up_are_summed_up_again(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    bring_up_to_date(line.connection, *DAYS, settings=line.settings)
    for module in ("currency", "day"):
        monkeypatch.setattr(f"forensics.core.{module}.definition_id", lambda: "another")
    assert stale_days(line.connection, *DAYS, line.settings) == {day: [OTHER_DEFINITION] for day in DAYS}
    bring_up_to_date(line.connection, *DAYS, settings=line.settings)
    assert stale_days(line.connection, *DAYS, line.settings) == {}


def test_only_what_code_says_counts_as_a_change() -> None:
    module = 'BASE = 2\n"""First depth."""\n\n\ndef depth(a):\n    """Where."""\n    return f(a, "x")  # why\n'
    same = 'BASE  =  2\n\n# Another remark.\ndef depth( a ):\n    return f(\n        a, "x"\n    )\n'
    assert said_by_module(module) == said_by_module(same)
    for old, new in (("2", "3"), ('"x"', '"X"'), ("return f", "f"), ("    return", "return")):
        assert said_by_module(module) != said_by_module(module.replace(old, new))
    query = "-- Why.\nSELECT a,\n    b FROM c -- d\n"
    assert said_by_query(query) == "SELECT a, b FROM c" != said_by_query(query.replace("b", "e"))
    assert len(definition_id()) == 16


@pytest.mark.parametrize("table", ["account_hours", "day_loads"])
def test_sums_that_are_made_anew_count_for_no_day(table: str, line: Line) -> None:
    bring_up_to_date(line.connection, *DAYS)
    line.connection.execute(f"ALTER TABLE core.{table} ADD COLUMN retired INTEGER")
    line.connection.close()
    with open_building(Home(line.home.root), Settings()) as connection:
        assert bring_up_to_date(connection, *DAYS) == list(DAYS)
        counted = connection.execute("SELECT sum(exchange_count) FROM core.account_hours").fetchall()
    assert counted == [(100,)]


def test_a_day_is_read_from_its_own_file(line: Line) -> None:
    other = next((line.home.raw / "exchanges" / f"date={NEXT_DAY}").glob("*.parquet"))
    other.unlink()
    assert bring_up_to_date(line.connection, *DAYS) == [DAY]
    next((line.home.raw / "exchanges" / f"date={DAY}").glob("*.parquet")).unlink()
    with pytest.raises(SnapshotError) as refused:
        build_day(line.connection, DAY)
    assert f"--from {DAY} --to {DAY}" in refused.value.next_step
    assert _counted(line)[DAY] == 50


def test_long_prompts_come_in_small_batches(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    from forensics.core import day as module
    from forensics.core import text_batches

    sizes: list[int] = []
    add = module.TemplatePass.add

    def watched(self, batch, numbers):  # type: ignore[no-untyped-def]
        sizes.append(len(numbers))
        return add(self, batch, numbers)

    build_day(line.connection, DAY)
    monkeypatch.setattr(module.TemplatePass, "add", watched)
    before = fingerprints(line, ("core",))
    monkeypatch.setattr(text_batches, "VECTOR_ROWS", 1)
    monkeypatch.setattr(text_batches, "BATCH_BYTES", 1_000)
    build_day(line.connection, DAY)
    assert fingerprints(line, ("core",)) == before
    assert 4 <= len(sizes) <= 25
    assert sum(sizes) == 50
