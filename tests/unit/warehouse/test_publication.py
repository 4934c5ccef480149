"""Publishing: readers keep what they opened, versions are pruned and restored, comments and views survive."""

import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from forensics import contracts
from forensics.errors import ContractError, NotFoundError
from forensics.home import Home
from forensics.settings import Settings
from forensics.warehouse import check_published, open_building, open_published, publication, publish, restore, versions
from tests.worlds.line import Line, open_line
from tests.worlds.tiny import FIRST_DAY


def _mark(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    connection.execute("DELETE FROM features.payers")
    connection.execute("INSERT INTO features.payers VALUES (?, 'p', 'account', NULL)", [text])


def _read(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, ...]]:
    return connection.execute("SELECT account_id FROM features.payers").fetchall()


def _published(home: Home) -> str:
    with open_published(home) as connection:
        return str(_read(connection)[0][0])


def test_no_progress_bar_is_drawn_into_a_log(tmp_path: Path) -> None:
    # Python code given on the command line counts as interactive, where the bar is on by itself.
    script = (
        "import sys; from pathlib import Path\n"
        "from forensics.home import Home; from forensics.settings import Settings\n"
        "from forensics.warehouse import open_building\n"
        "with open_building(Home(Path(sys.argv[1])), Settings()) as connection:\n"
        "    print(connection.execute(\"SELECT current_setting('enable_progress_bar')\").fetchall())"
    )
    printed = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True)
    assert printed.stdout == "[(False,)]\n"


def test_there_is_nothing_to_read_before_the_first_publication(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError) as fault, open_published(Home(tmp_path)):
        pass
    assert "forensics run" in fault.value.next_step


def test_a_reader_keeps_its_state_and_the_next_one_sees_the_new(blank_line: Line) -> None:
    _mark(blank_line.connection, "first")
    publish(blank_line.connection, blank_line.home, kept_versions=3)
    with duckdb.connect(str(blank_line.home.published), read_only=True) as reader:
        inode = blank_line.home.published.stat().st_ino
        assert _read(reader) == [("first",)]
        _mark(blank_line.connection, "second")
        publish(blank_line.connection, blank_line.home, kept_versions=3)
        assert blank_line.home.published.stat().st_ino != inode
        assert _read(reader) == [("first",)]
        with pytest.raises(duckdb.Error):
            reader.execute("DELETE FROM features.payers")
    assert _published(blank_line.home) == "second"


def test_old_versions_are_pruned_and_numbers_go_on(blank_line: Line) -> None:
    for number in range(5):
        _mark(blank_line.connection, f"state {number}")
        assert publish(blank_line.connection, blank_line.home, kept_versions=3).number == number + 1
    kept = versions(blank_line.home)
    assert [(version.number, version.in_force) for version in kept] == [(5, True), (4, False), (3, False)]
    assert not list(blank_line.home.root.glob(".publishing*"))
    assert (blank_line.home.published.stat().st_mode & 0o222) == 0


def test_an_earlier_version_is_restored_for_readers_and_the_writer_forgets_nothing(blank_line: Line) -> None:
    home = blank_line.home
    for text in ("first", "second"):
        _mark(blank_line.connection, text)
        publish(blank_line.connection, home, kept_versions=3)
    blank_line.connection.close()
    restored = restore(home, 1)
    assert (restored.number, restored.in_force) == (1, True)
    assert _published(home) == "first"
    with open_line(home.root, FIRST_DAY) as line:
        assert _read(line.connection) == [("second",)]
        _mark(line.connection, "third")
        assert publish(line.connection, home, kept_versions=3).number == 3
    assert _published(home) == "third"
    with pytest.raises(NotFoundError) as fault:
        restore(home, 9)
    assert "1, 2, 3" in fault.value.next_step


def test_restoring_the_version_in_force_leaves_nothing_behind(blank_line: Line) -> None:
    publish(blank_line.connection, blank_line.home, kept_versions=3)
    assert restore(blank_line.home, 1).in_force
    assert not list(blank_line.home.root.glob(".restoring*"))


def test_a_lost_building_copy_is_made_again_from_the_newest_version(blank_line: Line) -> None:
    home = blank_line.home
    for text in ("first", "second"):
        _mark(blank_line.connection, text)
        publish(blank_line.connection, home, kept_versions=3)
    blank_line.connection.close()
    home.building.unlink()
    restore(home, 1)
    assert _published(home) == "first"
    with open_line(home.root, FIRST_DAY) as line:
        assert _read(line.connection) == [("second",)]
        _mark(line.connection, "third")


def test_foreign_files_among_the_versions_are_left_alone(blank_line: Line) -> None:
    home = blank_line.home
    home.versions.mkdir(exist_ok=True)
    foreign = [home.versions / f"forensics-{name}.duckdb" for name in ("x", "1 (copy)", "²", "01", "-1")]
    for path in foreign:
        path.write_bytes(b"")
    assert versions(home) == []
    assert publish(blank_line.connection, home, kept_versions=1).number == 1
    assert publish(blank_line.connection, home, kept_versions=1).number == 2
    assert [version.number for version in versions(home)] == [2]
    assert all(path.exists() for path in foreign)


def test_a_version_that_never_came_into_force_is_not_listed(blank_line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kill between the two names that a publication gives its file."""
    home = blank_line.home
    _mark(blank_line.connection, "first")
    publish(blank_line.connection, home, kept_versions=3)
    _mark(blank_line.connection, "never")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", _killed)
        patch.setattr(publication, "_remove_leftovers", lambda _: None)
        with pytest.raises(KeyboardInterrupt):
            publish(blank_line.connection, home, kept_versions=3)
    assert (home.versions / "forensics-2.duckdb").exists()
    assert [(version.number, version.in_force) for version in versions(home)] == [(1, True)]
    _mark(blank_line.connection, "second")
    assert publish(blank_line.connection, home, kept_versions=3).number == 2
    assert [(version.number, version.in_force) for version in versions(home)] == [(2, True), (1, False)]
    assert _published(home) == "second"


def test_a_publication_that_fails_leaves_no_copy_on_the_disk(blank_line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(blank_line.connection, blank_line.home, kept_versions=3)
    monkeypatch.setattr(Path, "replace", _killed)
    with pytest.raises(KeyboardInterrupt):
        publish(blank_line.connection, blank_line.home, kept_versions=3)
    assert not list(blank_line.home.root.glob(".publishing*"))
    assert [path.name for path in blank_line.home.versions.iterdir()] == ["forensics-1.duckdb"]


def _killed(_path: Path, _target: Path) -> None:
    raise KeyboardInterrupt


def test_leftovers_of_a_killed_publication_are_in_nobodys_way(blank_line: Line) -> None:
    _mark(blank_line.connection, "first")
    publish(blank_line.connection, blank_line.home, kept_versions=2)
    (blank_line.home.root / ".publishing.duckdb").write_bytes(b"half a file")
    (blank_line.home.root / ".publishing.duckdb.wal").write_bytes(b"half a log")
    _mark(blank_line.connection, "second")
    publish(blank_line.connection, blank_line.home, kept_versions=2)
    assert _published(blank_line.home) == "second"


def test_rows_views_and_comments_are_the_same_in_the_published_copy(tiny_line: Line, tmp_path: Path) -> None:
    home = Home(tmp_path / "published").create()
    publish(tiny_line.connection, home, kept_versions=1)
    with open_published(home) as published:
        for table in contracts.tables():
            query = f"SELECT count(*), md5(string_agg(md5(t::VARCHAR) ORDER BY t::VARCHAR)) FROM {table.full_name} AS t"
            assert published.execute(query).fetchall() == tiny_line.connection.execute(query).fetchall(), table.name
        comments = (
            "SELECT schema_name, table_name, column_name, data_type, comment FROM duckdb_columns()"
            " WHERE database_name = current_database() AND schema_name <> 'main' ORDER BY ALL"
        )
        assert published.execute(comments).fetchall() == tiny_line.connection.execute(comments).fetchall()
        for relation in ("tables", "views"):
            name = relation.removesuffix("s") + "_name"
            query = (
                f"SELECT schema_name, {name}, comment FROM duckdb_{relation}()"
                " WHERE database_name = current_database() AND NOT internal ORDER BY ALL"
            )
            found = published.execute(query).fetchall()
            assert found == tiny_line.connection.execute(query).fetchall()
            assert all(comment for _, _, comment in found)


def test_a_copy_holds_what_was_written_and_what_was_deleted_only_where_that_is_allowed(blank_line: Line) -> None:
    secret = "taken-out-on-purpose"
    home, connection = blank_line.home, blank_line.connection
    _mark(connection, secret)
    connection.execute("CHECKPOINT")
    assert publish(connection, home, kept_versions=3).size_bytes == home.building.stat().st_size
    assert _published(home) == secret
    connection.execute("DELETE FROM features.payers")
    publish(connection, home, kept_versions=3, compacts=True)
    assert secret.encode() not in home.published.read_bytes()
    with duckdb.connect(str(home.published), read_only=True) as reader:
        assert _read(reader) == []


def test_a_file_that_is_mostly_free_room_is_written_anew(blank_line: Line) -> None:
    home, connection = blank_line.home, blank_line.connection
    connection.execute("CREATE TABLE features.bulk AS SELECT sha256(i::VARCHAR) AS text FROM range(300000) AS r(i)")
    connection.execute("CHECKPOINT")
    connection.execute("DROP TABLE features.bulk")
    connection.execute("CHECKPOINT")
    publish(connection, home, kept_versions=3)
    assert home.published.stat().st_size < home.building.stat().st_size / 2


def test_where_files_cannot_be_copied_rows_are(blank_line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    _mark(blank_line.connection, "row by row")
    for program in (None, shutil.which("false")):
        monkeypatch.setattr(shutil, "which", lambda _, found=program: found)
        publish(blank_line.connection, blank_line.home, kept_versions=3)
        assert _published(blank_line.home) == "row by row"


def test_the_writer_keeps_its_lock_on_the_file_it_published(blank_line: Line) -> None:
    publish(blank_line.connection, blank_line.home, kept_versions=3)
    other = f"import duckdb; duckdb.connect({str(blank_line.home.building)!r})"
    done = subprocess.run([sys.executable, "-c", other], capture_output=True, text=True, check=False)
    assert done.returncode != 0 and "lock" in done.stderr.lower()


def test_results_of_another_version_are_not_published_without_a_run(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    check_published(home)
    with open_building(home, Settings()) as connection:
        publish(connection, home, kept_versions=1)
        check_published(home)
        connection.execute("ALTER TABLE links.groups DROP COLUMN stability")
        publish(connection, home, kept_versions=1)
    with pytest.raises(ContractError, match="another version") as refused:
        check_published(home)
    assert "forensics run" in refused.value.next_step and "links.groups" in refused.value.describe()
