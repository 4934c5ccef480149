"""What attackers write flows through the whole line bounded, unharmed and harmless."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from forensics import contracts
from forensics.contracts.sql import quote
from forensics.reports.findings import compose_findings
from tests.worlds.line import Line, open_line
from tests.worlds.tiny import FIRST_DAY, TinyWorld, make_world, write_world

HTML = "<script>alert(1)</script><img src=x onerror=alert(2)>"
SQL = "'; DROP TABLE reports.findings; --\"; ATTACH 'evil.db' AS evil; COPY raw.accounts TO '/tmp/stolen'"
CONTROL = "\x1b[2J\x07\x08\r\n\t\u202e\u2066"
MEGABYTE = "A" * 1_000_000
HOSTILE = (HTML, SQL, CONTROL, MEGABYTE, "{number} $as_of ? %s {0.__class__}", "=HYPERLINK(1)")
SIZES = {"ordinary": 300, "carrier": 30, "hydra": 18, "barred": 6, "office": 8}
CARDS = 3
VALUE_CHARACTERS = 200
TEXT_CHARACTERS = 2_000


def _hostile_world() -> TinyWorld:
    """A small world whose hydra and barred organisation write hostile text wherever they can."""
    world = make_world(2, days=1, sizes=SIZES)
    frames = dict(world.days[FIRST_DAY])
    chosen = pl.col("account_id").str.starts_with("hydra")

    def poisoned(name: str) -> pl.Expr:
        number = pl.col("account_id").str.slice(6).cast(pl.Int64, strict=False)
        texts = pl.when(chosen & (number % len(HOSTILE) == 0)).then(pl.lit(HOSTILE[0]))
        for place, text in enumerate(HOSTILE[1:], start=1):
            texts = texts.when(chosen & (number % len(HOSTILE) == place)).then(pl.lit(text))
        return texts.otherwise(pl.col(name)).alias(name)

    exchanges = frames["exchanges"].with_columns(
        poisoned("user_agent"),
        pl.when(chosen).then(pl.lit(SQL + " ") + pl.col("prompt") + pl.lit(HTML)).otherwise("prompt").alias("prompt"),
        pl.when(chosen).then(pl.lit(CONTROL + "You are a judge.")).otherwise("system_prompt").alias("system_prompt"),
        pl.when(chosen).then(pl.lit(SQL)).alias("api_key_id"),
        pl.when(chosen).then(pl.lit(HTML)).alias("client_fingerprint"),
    )
    first = pl.int_range(pl.len()) == exchanges["account_id"].str.starts_with("hydra").arg_max()
    frames["exchanges"] = exchanges.with_columns(
        pl.when(first).then(pl.lit(MEGABYTE + "\0")).otherwise("prompt").alias("prompt")
    )
    frames["accounts"] = frames["accounts"].with_columns(poisoned("email_domain"))
    frames["payments"] = frames["payments"].with_columns(
        pl.when(chosen)
        .then(pl.format("{} {}", pl.col("account_id").str.slice(6).cast(pl.Int64, strict=False) % CARDS, pl.lit(SQL)))
        .otherwise("instrument_id")
        .alias("instrument_id")
    )
    frames["organisations"] = frames["organisations"].with_columns(name=pl.lit(HTML + CONTROL + SQL + MEGABYTE))
    renamed = pl.when(chosen).then(pl.format("{}'\"<b>; --", pl.col("account_id"))).otherwise("account_id")
    for name in ("exchanges", "accounts", "payments"):
        frames[name] = frames[name].with_columns(account_id=renamed)
    return replace(world, days={FIRST_DAY: frames})


@pytest.fixture(scope="module")
def poisoned_line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """The line without its map on the hostile world."""
    root: Path = write_world(_hostile_world(), tmp_path_factory.mktemp("hostile"))
    with open_line(tmp_path_factory.mktemp("hostile-home"), FIRST_DAY, window_days=7) as line:
        line.load(root, [FIRST_DAY])
        line.look_back(with_map=False)
        yield line


def test_nothing_was_executed_and_nothing_was_lost(poisoned_line: Line) -> None:
    found = poisoned_line.connection.execute(
        "SELECT count(*) FROM duckdb_databases() WHERE database_name = 'evil'"
    ).fetchall()
    assert found == [(0,)]
    assert poisoned_line.connection.execute("SELECT count(*) FROM raw.quarantine").fetchall() == [(0,)]
    counts = poisoned_line.connection.execute(
        "SELECT (SELECT count(*) FROM raw.exchanges), (SELECT sum(exchange_count) FROM core.account_days)"
    ).fetchall()[0]
    assert counts[0] == counts[1] > 1000


def test_the_hostile_accounts_are_found_under_their_own_names(poisoned_line: Line) -> None:
    accused = poisoned_line.frame(
        "SELECT account_id FROM reports.finding_accounts JOIN reports.findings USING (finding_id)"
        " WHERE kind = 'coordinated_extraction' AND confidence <> 'low'"
    )["account_id"]
    assert len(accused) == 18
    assert all(account.startswith("hydra-") and account.endswith("'\"<b>; --") for account in accused)


@pytest.mark.parametrize(
    "table",
    [one for one in contracts.tables() if one.step != "raw"],
    ids=lambda table: table.full_name,
)
def test_no_text_behind_the_raw_tables_is_longer_than_a_person_reads(
    poisoned_line: Line, table: contracts.Table
) -> None:
    for name, column in table.columns.items():
        if column.dtype == pl.String:
            query = f"SELECT max(length({quote(name)})) FROM {table.full_name}"
            longest = poisoned_line.connection.execute(query).fetchall()[0][0] or 0
            assert longest <= (VALUE_CHARACTERS if name.endswith("_value") else TEXT_CHARACTERS), name


def test_headlines_and_statements_are_one_line_without_control_characters(poisoned_line: Line) -> None:
    texts = poisoned_line.frame(
        "SELECT headline AS text FROM reports.findings UNION ALL SELECT statement FROM reports.finding_evidence"
    )["text"].to_list()
    assert len(texts) > 4
    for text in texts:
        assert not [character for character in text if not character.isprintable()], text[:200]


def test_values_are_kept_as_they_came_up_to_their_bound(poisoned_line: Line) -> None:
    values = set(poisoned_line.frame("SELECT signal_value FROM reports.finding_signals")["signal_value"])
    assert HTML in values
    assert f"0 {SQL}"[:VALUE_CHARACTERS] in values
    assert MEGABYTE not in values


def test_composing_findings_reads_no_text_as_a_query(poisoned_line: Line) -> None:
    barred = poisoned_line.frame("FROM reports.barred_organisations")
    availability = poisoned_line.frame("FROM reports.evidence_availability")
    frames = compose_findings(poisoned_line.connection, poisoned_line.window, barred, availability)
    count = poisoned_line.connection.execute("SELECT count(*) FROM reports.findings").fetchall()[0][0]
    assert frames["reports.findings"].height == count > 0
