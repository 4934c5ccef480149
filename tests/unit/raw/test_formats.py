"""Files as other people's programs write them: every format and packing, odd types, broken text, damage."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from forensics.errors import SnapshotError
from tests.unit.raw.conftest import Load
from tests.unit.raw.snapshots import DAY, MIDNIGHT, accounts, csv_text, exchanges, pack, write, write_day

ENDINGS = ["parquet", "jsonl", "jsonl.gz", "jsonl.zst", "ndjson", "csv", "csv.gz", "csv.zst"]


def _rules(connection: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    query = "SELECT file, row_number, rule, value FROM raw.quarantine ORDER BY ALL"
    return connection.execute(query).fetchall()


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_same_rows_in_any_format_are_the_same_bytes(ending: str, root: Path, load: Load, tmp_path: Path) -> None:
    folder = write_day(root, exchanges=None)
    write(folder / f"exchanges.{ending}", exchanges(300))
    assert load().tables[0].rows == 300
    other = tmp_path / "other"
    write_day(other, exchanges=None)
    for part in (0, 1, 2):
        write(other / f"date={DAY}" / "exchanges" / f"{2 - part}.parquet", exchanges(100, start=100 * part))
    load(other, reissued=True)
    one, two = sorted((tmp_path / "home" / "raw").rglob("*.parquet"))
    assert one.read_bytes() == two.read_bytes()


def test_native_types_of_other_writers(root: Path, load: Load, connection: duckdb.DuckDBPyConnection) -> None:
    folder = write_day(root, exchanges=None, accounts=None)
    noon = int(datetime(2026, 3, 2, 12, tzinfo=UTC).timestamp())
    table = pa.table(
        {
            "exchange_id": pa.array(["a", "b"]).dictionary_encode(),
            "account_id": pa.array([17, 18], pa.int32()),
            "occurred_at": pa.array([noon * 10**9 + 999, noon * 10**9], pa.timestamp("ns", "Asia/Tokyo")),
            "model": pa.array(["m", "m"], pa.large_string()),
            "prompt": pa.array([b"bytes", b"\xff\xfe"], pa.binary()),
            "input_tokens": pa.array([5.0, 6.0], pa.float64()),
            "output_tokens": pa.array([1, 2], pa.uint64()),
            "thinking": pa.array([0, 1], pa.int8()),
            "temperature": pa.array([1, None], pa.decimal128(5, 2)),
            "system_prompt": pa.array([None, None], pa.null()),
            "ip": pa.array(["::1", None], pa.string_view()),
            "outcome": pa.array(["ok", "ok"]),
        }
    )
    pq.write_table(table, folder / "exchanges.parquet")
    for unit, name in (("s", "0"), ("ms", "1"), ("us", "2")):
        part = pa.table({"account_id": [name], "created_at": pa.array([0], pa.timestamp(unit)), "status": ["active"]})
        (folder / "accounts").mkdir(exist_ok=True)
        pq.write_table(part, folder / "accounts" / f"{name}.parquet")
    pq.write_table(part.set_column(1, "created_at", pa.array([0], pa.date32())).set_column(0, "account_id", [["3"]]),
                   folder / "accounts" / "3.parquet")  # fmt: skip
    report = load()
    row = connection.execute(
        "SELECT exchange_id, account_id, occurred_at, prompt, input_tokens, thinking, temperature FROM raw.exchanges"
    ).fetchall()
    assert row == [("a", "17", MIDNIGHT.replace(hour=12), "bytes", 5, False, 1.0)]
    assert _rules(connection) == [("exchanges.parquet", 2, "prompt|type", "\\xFF\\xFE")]
    assert connection.execute("SELECT DISTINCT created_at FROM raw.accounts").fetchall() == [(datetime(1970, 1, 1),)]
    assert [table.rows for table in report.tables] == [1, 4]


def test_text_that_is_not_utf8_costs_its_row_only(root: Path, load: Load, connection: Any) -> None:
    folder = write_day(root, exchanges=None)
    rows = exchanges(5)
    texts = pa.array([b"good", b"\xff\xfe", b"NUL \x00 inside", b"", b"\xc3"], pa.binary()).view(pa.string())
    table = pa.Table.from_pylist(rows)
    table = table.set_column(table.column_names.index("prompt"), "prompt", texts)
    (folder / "exchanges").mkdir()
    pq.write_table(table.append_column("extra", [[1] * 5]), folder / "exchanges" / "0.parquet")
    rows = exchanges(5, start=5)
    for row, text in zip(rows, ["good", "bad \udcff", "NUL \0 inside", "", "good"], strict=True):
        row["prompt"] = text
    (folder / "exchanges" / "1.csv").write_bytes(csv_text(rows).encode("utf-8", "surrogateescape"))
    for number, row in enumerate(rows, 10):
        row["exchange_id"] = f"json-{number}"
    lines = "".join(json.dumps(row, default=str, ensure_ascii=False) + "\n" for row in rows)
    (folder / "exchanges" / "2.jsonl").write_bytes(lines.encode("utf-8", "surrogateescape"))
    assert load().tables[0].unknown_columns == ("extra",)
    assert [rule[:3] for rule in _rules(connection)] == [
        ("exchanges/0.parquet", 2, "prompt|type"),
        ("exchanges/0.parquet", 5, "prompt|type"),
        ("exchanges/1.csv", 2, "format"),
        ("exchanges/2.jsonl", 2, "format"),
    ]
    found = connection.execute("SELECT prompt, count(*) FROM raw.exchanges GROUP BY 1 ORDER BY 1").fetchall()
    assert found == [("", 3), ("NUL \0 inside", 3), ("good", 5)]


def test_malformed_records_are_quarantined_with_their_place(root: Path, load: Load, connection: Any) -> None:
    folder = write_day(root, accounts=None)
    good = csv_text(accounts(3)).splitlines(keepends=True)
    damaged = [good[0], good[1], "too,few\r\n", good[2], 'x,"a"b,c,d\r\n', "\r\n", good[3], "a,b,c,d,e\r\n"]
    (folder / "accounts").mkdir()
    (folder / "accounts" / "0.csv.gz").write_bytes(pack(b"\xef\xbb\xbf" + "".join(damaged).encode(), "gz"))
    line = '{"account_id": "%s", "created_at": "2026-01-01T00:00:00Z", "status": "active"}'
    lines = [line % "a", '{"account_id": "b", ', "[1, 2]", "", "7", line % "c", line.replace('"%s"', '{"x": 1}')]
    (folder / "accounts" / "1.jsonl").write_text("\r\n".join([*lines, line % "last"]), "utf-8")
    report = load()
    assert _rules(connection) == [
        ("accounts/0.csv.gz", 2, "format", "too,few"),
        ("accounts/0.csv.gz", 4, "format", 'x,"a"b,c,d'),
        ("accounts/0.csv.gz", 6, "format", "a,b,c,d,e"),
        ("accounts/1.jsonl", 2, "format", '{"account_id": "b", '),
        ("accounts/1.jsonl", 3, "format", "[1, 2]"),
        ("accounts/1.jsonl", 5, "format", "7"),
        ("accounts/1.jsonl", 7, "account_id|type", '{"x":1}'),
    ]
    assert report.tables[1].rows == 6
    counts = connection.execute("SELECT row_count, quarantined_count FROM raw.loads ORDER BY file").fetchall()
    assert counts == [(6, 3), (7, 4), (50, 0)]


def test_a_prompt_of_twenty_megabytes(root: Path, load: Load, connection: Any) -> None:
    folder = write_day(root, exchanges=None)
    for number, ending in enumerate(("csv.gz", "jsonl.zst", "parquet")):
        rows = exchanges(2, start=2 * number)
        rows[0]["prompt"] = 'a "quoted" line\n' * (20 * 2**20 // 16)
        rows[1]["input_tokens"], rows[1]["prompt"] = -1, "long " * 10_000
        write(folder / "exchanges" / f"{number}.{ending}", rows)
    load()
    assert connection.execute("SELECT length(prompt) FROM raw.exchanges").fetchall() == [(20 * 2**20,)] * 3
    longest = "SELECT max(length(row)), count(*) FROM raw.quarantine WHERE rule = 'input_tokens|min'"
    assert connection.execute(longest).fetchall() == [(20_000, 3)]


def test_columns_in_any_order_missing_unknown_or_in_another_case(root: Path, load: Load, connection: Any) -> None:
    folder = write_day(root, accounts=None)
    parts = folder / "accounts"
    write(parts / "0.csv", [{"status": "active", "extra": 1, "created_at": MIDNIGHT, "account_id": "a"}])
    write(parts / "1.jsonl", [{"account_id": "b", "Country": "FR", "created_at": MIDNIGHT, "status": "closed"}])
    both = {"account_id": ["c"], "Plan": ["wrong"], "plan": ["right"], "created_at": [MIDNIGHT], "status": ["active"]}
    pq.write_table(pa.table(both), parts / "2.parquet")
    report = load()
    found = connection.execute("SELECT account_id, country, plan FROM raw.accounts ORDER BY 1").fetchall()
    assert found == [("a", None, None), ("b", None, None), ("c", None, "right")]
    assert report.tables[1].unknown_columns == ("Country", "Plan", "extra")
    assert "country" in report.tables[1].missing_columns
    unknown = "SELECT file, unknown_columns FROM raw.loads WHERE table_name = 'accounts' ORDER BY file"
    assert [row[1] for row in connection.execute(unknown).fetchall()] == ["extra", "Country", "Plan"]


def test_empty_fields_of_csv(root: Path, load: Load, connection: Any) -> None:
    folder = write_day(root, exchanges=None)
    header = "exchange_id,account_id,occurred_at,model,prompt,user_agent,input_tokens,output_tokens,tool_count,outcome"
    rows = ["a,acct,2026-03-02T00:00:00Z,m,,,1,1,,ok\n", 'b,acct,2026-03-02T00:00:00Z,m,"","",1,1,"",ok\n']
    (folder / "exchanges.csv").write_text(header + "\n" + "".join(rows), "utf-8")
    load()
    found = connection.execute("SELECT exchange_id, prompt, user_agent, tool_count FROM raw.exchanges").fetchall()
    assert sorted(found) == [("a", "", None, None), ("b", "", None, None)]


@pytest.mark.parametrize("ending", ["parquet", "jsonl", "csv"])
def test_empty_text_is_null_where_text_may_be_missing(ending: str, root: Path, load: Load, connection: Any) -> None:
    folder = write_day(root, exchanges=None)
    empty = {"prompt": "", "system_prompt": "", "ip": "", "user_agent": "", "api_key_id": ""}
    blank = {**empty, "prompt": " ", "system_prompt": " ", "ip": None, "user_agent": " ", "api_key_id": None}
    first, second = exchanges(2)
    write(folder / f"exchanges.{ending}", [{**first, **empty}, {**second, **blank}])
    assert load().tables[0].quarantined == 0
    columns = ", ".join(empty)
    found = connection.execute(f"SELECT {columns} FROM raw.exchanges ORDER BY exchange_id").fetchall()
    assert found == [("", None, None, None, None), (" ", " ", None, " ", None)]


def test_empty_bytes_are_empty_text(root: Path, load: Load, connection: Any) -> None:
    folder = write_day(root, exchanges=None)
    table = pa.Table.from_pylist([{**row, "prompt": b"", "user_agent": b""} for row in exchanges(1)])
    pq.write_table(table, folder / "exchanges.parquet")
    load()
    assert connection.execute("SELECT prompt, user_agent FROM raw.exchanges").fetchall() == [("", None)]


def test_tables_without_rows(root: Path, load: Load, connection: Any) -> None:
    folder = write_day(root, exchanges=None)
    (folder / "exchanges.csv").write_text(csv_text(exchanges(1)).splitlines()[0] + "\n", "utf-8")
    (folder / "payments.jsonl.gz").write_bytes(pack(b"", "gz"))
    report = load()
    assert [(table.name, table.rows) for table in report.tables] == [("exchanges", 0), ("accounts", 7), ("payments", 0)]
    assert connection.execute("SELECT count(*) FROM raw.exchanges").fetchall() == [(0,)]


GOOD_CSV = csv_text(accounts()).encode()
GOOD_LINES = b"".join(json.dumps(row, default=str).encode() + b"\n" for row in accounts())


@pytest.mark.parametrize(
    ("name", "data", "fault"),
    [
        ("accounts.csv", GOOD_CSV + b"x,2026-01-01,FR,act", "no line end"),
        ("accounts.csv", GOOD_CSV[:-5], "a quote is opened and never closed"),
        ("accounts.csv", GOOD_CSV.split(b"\r\n")[0] + b'\r\n"cut"', "too few fields"),
        ("accounts.csv.gz", pack(GOOD_CSV, "gz")[:-4], "cut short"),
        ("accounts.csv.zst", pack(GOOD_CSV, "zst")[:-4], "cut short"),
        ("accounts.jsonl", GOOD_LINES[:-8], "last line is no whole JSON object"),
        ("accounts.jsonl.gz", pack(GOOD_LINES, "gz")[:60], "cut short"),
        ("accounts.jsonl.zst", pack(GOOD_LINES, "zst")[:60], "cut short"),
        ("accounts.csv", GOOD_CSV.replace(b"status", b"Status", 1), "required column status is missing"),
        ("accounts.csv", GOOD_CSV.replace(b",", b";"), "required column account_id, created_at, status is missing"),
        ("accounts.csv", b"account_id," + GOOD_CSV, "account_id is there more than once"),
        ("accounts.csv.gz", pack(b"", "gz"), "no header"),
        ("accounts.jsonl", GOOD_LINES.replace(b"created_at", b"created"), "required column created_at is missing"),
        ("accounts.jsonl", GOOD_LINES.replace(b"2026", b"A.D."), "no value of created_at can be read as Datetime"),
        ("accounts.csv", GOOD_CSV.replace(b"2026", b"A.D."), "no value of created_at can be read as Datetime"),
        ("accounts.parquet", b"PAR1 is not enough PAR1", "damaged or cut short"),
    ],
)
def test_damage_that_stops_the_day(name: str, data: bytes, fault: str, root: Path, load: Load) -> None:
    folder = write_day(root, accounts=None)
    (folder / name).write_bytes(data)
    with pytest.raises(SnapshotError) as caught:
        load()
    assert len(caught.value.faults) == 1
    assert fault in caught.value.faults[0]
    assert name in caught.value.faults[0]


def test_a_parquet_file_cut_anywhere_stops_the_day(root: Path, load: Load) -> None:
    path = write_day(root) / "exchanges.parquet"
    whole = path.read_bytes()
    for size in (len(whole) - 1, len(whole) // 2, 8, 1):
        path.write_bytes(whole[:size])
        with pytest.raises(SnapshotError, match=r"exchanges\.parquet: it is damaged or cut short"):
            load()


def test_a_wrong_parquet_type_throughout(root: Path, load: Load) -> None:
    folder = write_day(root, exchanges=None)
    rows = [{**row, "prompt": [row["prompt"]], "input_tokens": "many", "temperature": True} for row in exchanges(9)]
    write(folder / "exchanges.parquet", rows)
    with pytest.raises(SnapshotError) as caught:
        load()
    assert caught.value.faults[0].count("no value of") == 3
