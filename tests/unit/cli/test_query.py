"""Which queries are let through, before the database is asked."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from forensics.cli import main
from forensics.cli.query import QueryError, one_select


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1",
        "FROM reports.findings",
        "WITH x AS (SELECT 1) SELECT * FROM x;",
        "DESCRIBE reports.findings",
        "SHOW TABLES",
        "SUMMARIZE raw.accounts",
        "EXPLAIN SELECT 1",
        "PIVOT raw.accounts ON status",
        "SELECT 'copy' AS \"copy\" -- copy",
    ],
)
def test_reading_is_let_through(sql: str) -> None:
    one_select(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "",
        "SELECT 1; SELECT 2",
        "COPY (SELECT 1) TO '/tmp/x'",
        "EXPLAIN ANALYZE COPY (SELECT 1) TO '/tmp/x'",
        "WITH w AS (COPY (SELECT 1) TO '/tmp/x') FROM w",
        "SELECT 'ä'; /* */ explain analyze copy (SELECT 1) TO '/tmp/x'",
        "explain /* ä */ analyze copy (SELECT 1) TO '/tmp/x'",
        "ATTACH '/tmp/x.duckdb'",
        "SET threads = 1",
        "INSTALL httpfs",
        "LOAD httpfs",
        "DELETE FROM raw.accounts",
        "CREATE TEMP TABLE x AS SELECT 1",
        "CALL pragma_version()",
        "CHECKPOINT",
    ],
)
def test_everything_else_is_refused_with_a_next_step(sql: str) -> None:
    with pytest.raises(QueryError) as refused:
        one_select(sql)
    assert refused.value.exit_code == 2
    assert refused.value.next_step


def test_a_query_that_begins_with_a_comment_is_no_option(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["query", "-- what is linked\nDELETE FROM raw.accounts", "--home", str(tmp_path)])
    assert "Next step" in done.stderr and "No such option" not in done.stderr
