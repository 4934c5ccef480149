"""Small snapshot folders written to the contract, in every format, for the tests of the step raw."""

import gzip
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import zstandard

DAY = date(2026, 3, 2)
MIDNIGHT = datetime(2026, 3, 2, tzinfo=UTC).replace(tzinfo=None)
Rows = list[dict[str, Any]]


def exchanges(count: int = 50, *, day: date = DAY, start: int = 0) -> Rows:
    """Good rows; every sixth has what only some callers send."""
    midnight = datetime.combine(day, datetime.min.time())
    return [
        {
            "exchange_id": f"ex-{day:%d}-{number:05}",
            "account_id": f"acct-{number % 7}",
            "occurred_at": midnight + timedelta(seconds=(number * 7919) % 86_400, microseconds=number),
            "model": "large-1",
            "prompt": f'Say "hello" to row {number},\nthen stop; naïve 文字',
            "system_prompt": "Be brief." if number % 6 == 0 else None,
            "input_tokens": 10 + number,
            "output_tokens": number,
            "ip": "2001:db8::1" if number % 2 else "192.0.2.7",
            "temperature": 0.7 if number % 3 else None,
            "thinking": bool(number % 2),
            "outcome": ("ok", "refused", "rate_limited", "error")[number % 4],
        }
        for number in range(start, start + count)
    ]


def accounts(count: int = 7) -> Rows:
    """Good rows."""
    return [
        {
            "account_id": f"acct-{number}",
            "created_at": MIDNIGHT - timedelta(days=number),
            "country": "FR" if number else None,
            "status": "active",
        }
        for number in range(count)
    ]


def payments(count: int = 5, *, day: date = DAY) -> Rows:
    """Good rows."""
    noon = datetime.combine(day, datetime.min.time()) + timedelta(hours=12)
    return [
        {
            "payment_id": f"pay-{day:%d}-{number}",
            "account_id": f"acct-{number}",
            "paid_at": noon,
            "instrument_id": "card-1",
            "amount_usd": 20.5,
        }
        for number in range(count)
    ]


def write_day(root: Path, day: date = DAY, **tables: Any) -> Path:
    """Write a complete day: good exchanges and accounts as Parquet, and what is given instead or besides."""
    folder = root / f"date={day.isoformat()}"
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in {"exchanges": exchanges(day=day), "accounts": accounts(), **tables}.items():
        if rows is not None:
            write(folder / f"{name}.parquet", rows)
    (folder / "_SUCCESS").touch()
    return folder


def write(path: Path, rows: Rows) -> Path:
    """Write rows in the format and packing that the file's name asks for."""
    path.parent.mkdir(parents=True, exist_ok=True)
    name, _, packing = path.name.partition(".")[2].partition(".")
    match name:
        case "parquet":
            pl.DataFrame(rows, infer_schema_length=None).write_parquet(path)
            return path
        case "csv":
            data = csv_text(rows)
        case _:
            data = "".join(json.dumps(row, default=_iso) + "\n" for row in rows)
    path.write_bytes(pack(data.encode("utf-8", "surrogateescape"), packing))
    return path


def csv_text(rows: Rows) -> str:
    """CSV in which null is an empty field and text is always quoted."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [
        ",".join(name if name.isidentifier() else _csv_field(name) for name in names),
        *(",".join(_csv_field(row.get(name)) for name in names) for row in rows),
    ]
    return "".join(f"{line}\r\n" for line in lines)


def pack(data: bytes, packing: str) -> bytes:
    """Data as stored under an ending."""
    if packing == "gz":
        return gzip.compress(data, mtime=0)
    return zstandard.ZstdCompressor(write_checksum=True).compress(data) if packing == "zst" else data


def _csv_field(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    return _iso(value) if isinstance(value, date) else str(value)


def _iso(value: Any) -> str:
    return str(value.isoformat())
