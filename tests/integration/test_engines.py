"""One day summed up by DuckDB and over Spark Connect: every table of the step core must be the same.

The end point is Sail in this process, or the one that TEST_SPARK_REMOTE names (`make test-spark`: Apache Spark).
"""

import os
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from forensics import contracts
from forensics.core import build_day
from forensics.core.daily_files import daily_files
from forensics.core.public_items.lists import build_list
from forensics.engine.spark import SparkRelations, connected
from forensics.errors import EngineError, SnapshotError
from forensics.raw import load_day
from forensics.settings import Settings
from tests.worlds.engines import PUBLIC, write_corners
from tests.worlds.line import Line, open_line
from tests.worlds.tiny import FIRST_DAY

DAY_TABLES = [table.full_name for table in contracts.of_step("core")]


@pytest.fixture(scope="module")
def remote() -> Iterator[str]:
    """A Spark Connect end point."""
    if named := os.environ.get("TEST_SPARK_REMOTE"):
        yield named
        return
    sail = pytest.importorskip("pysail.spark", reason="Sail has no wheel for this platform")
    server = sail.SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    host, port = server.listening_address
    yield f"sc://{host}:{port}"
    server.stop()


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory, remote: str) -> Iterator[tuple[Line, Line]]:
    """The same loaded day, summed up here and there."""
    folder = tmp_path_factory.mktemp("engines")
    source = folder / "items.jsonl"
    source.write_text("\n".join(f'"{PUBLIC.format(a, b)}"' for a, b in ((3, 4), (8, 5))), "utf-8")
    build_list(source, folder / "items.parquet", "trains")
    chosen = {"public_item_lists": (str(folder / "items.parquet"),)}
    root = write_corners(folder / "snapshots", FIRST_DAY, seed=5)
    with open_line(folder / "here", FIRST_DAY, **chosen) as here:
        load_day(here.connection, here.home, here.settings, root=str(root), day=FIRST_DAY)
        here.connection.execute("CHECKPOINT")
        shutil.copytree(here.home.raw, folder / "there" / "raw")
        shutil.copyfile(here.home.building, folder / "there" / here.home.building.name)
        with open_line(folder / "there", FIRST_DAY, engine="spark", spark_remote=remote, **chosen) as there:
            build_day(here.connection, FIRST_DAY, here.settings)
            with pytest.MonkeyPatch.context() as patch:
                # Small partitions: what must be counted together is spread as on a cluster.
                patch.setattr("forensics.engine.spark.PARTITION_ROWS", 400)
                build_day(there.connection, FIRST_DAY, there.settings)
            yield here, there


@pytest.mark.parametrize("name", DAY_TABLES)
def test_every_table_is_the_same_on_both_engines(lines: tuple[Line, Line], name: str) -> None:
    here, there = (line.frame(f"FROM {name} ORDER BY ALL") for line in lines)
    assert here.equals(there)
    assert here.height


def test_the_day_has_every_part_of_a_prompt(lines: tuple[Line, Line]) -> None:
    found = lines[1].frame("SELECT part, count(*) AS template_count FROM core.templates GROUP BY part")
    assert set(found["part"]) == {"head", "tail", "system", "middle", "frame"}


def test_daily_files_are_the_same_bytes(lines: tuple[Line, Line]) -> None:
    here, there = ({path.name for path in daily_files(line.connection, line.home).values()} for line in lines)
    assert here == there


def test_nothing_is_left_behind(lines: tuple[Line, Line]) -> None:
    _, there = lines
    assert not list((there.home.scratch / "spark").iterdir())
    temporary = there.frame("SELECT table_name FROM duckdb_tables() WHERE temporary")
    assert temporary.is_empty()


def test_a_day_that_was_never_loaded_is_refused(lines: tuple[Line, Line]) -> None:
    with pytest.raises(SnapshotError, match="not loaded"):
        build_day(lines[1].connection, date(2025, 1, 1), lines[1].settings)


def test_an_end_point_that_nobody_serves_is_named() -> None:
    with pytest.raises(EngineError, match=r"sc://127\.0\.0\.1:9"):
        connected("sc://127.0.0.1:9/;use_ssl=false")


def test_a_token_is_no_setting() -> None:
    with pytest.raises(ValueError, match="SPARK_CONNECT_AUTHENTICATE_TOKEN"):
        Settings(engine="spark", spark_remote="sc://spark.example:443/;use_ssl=true;token=secret")


def test_functions_that_both_engines_know_give_the_same(remote: str, tmp_path: Path, blank_line: Line) -> None:
    """On values at which engines are known to differ: powers of two, code points, addresses that are none."""
    texts = [
        "",
        "a",
        "é👩‍👩‍👧z",
        "步骤" * 150,
        "0::0",
        "1.2.3",
        "::ffff:1.2.3.4",
        "a-b-c",
        "\0",
        "٣.٤.٥.٦",
        "A:00B:0c::",
    ]
    query = """
        SELECT
            number,
            CAST(GREATEST(0, CEIL(LN(1.0e0 * count / 8192) / LN(2.0e0))) AS BIGINT) AS level,
            1.0e0 * count / NULLIF(number - 3, 0) AS ratio,
            9223372036854775807 >> number AS bound,
            MD5(text) AS md5, SUBSTR(text, 1, 200) AS cut, LENGTH(text) AS length,
            LEFT(text, 2) || RIGHT(text, 2) AS ends, SPLIT_PART(text, '-', 1) AS part,
            REGEXP_EXTRACT(text, '^[0-9]+\\.[0-9]+', 0) AS digits,
            REGEXP_REPLACE(LOWER(text), '\\b0+([0-9a-f])', '\\1', 'g') AS zeros,
            REGEXP_MATCHES(text, '^[^:]+::') AS matches
        FROM day_values
    """
    connection = blank_line.connection
    values = pl.DataFrame(
        {"number": range(41), "count": [2**k for k in range(41)], "text": [texts[k % 11] for k in range(41)]}
    )
    connection.register("values_read", values.to_arrow())
    relations = SparkRelations(remote, tmp_path / "shared")
    relations.take("day_values", connection, "SELECT * FROM values_read")
    relations.query("day_results", query)
    found = pl.read_parquet(relations.keep("day_results")).sort("number")
    relations.close()
    here = connection.sql(f"WITH day_values AS (FROM values_read) FROM ({query}) ORDER BY number").pl()
    assert here.equals(found.cast(dict(here.schema)))
