"""Groups whose prompts are made: sampled vectors around chosen directions, without any text."""

from datetime import datetime, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.core.embeddings.letters import CLASS_COUNT
from forensics.core.embeddings.prompt_vectors import STEPS
from forensics.core.prompt_samples import as_blobs
from forensics.features.prompt_profiles import prompt_profiles
from forensics.warehouse import replace_table
from tests.worlds.line import Line, put_frame
from tests.worlds.tiny import FIRST_DAY

TOPIC, FORM = 64, 128


def put_accounts(
    line: Line,
    directions: list[NDArray[np.float64]],
    *,
    per_account: int,
    noise: float = 1.0,
    letters: NDArray[np.uint8] | None = None,
) -> list[str]:
    """Accounts whose prompts lie around a direction each, as the day's tables and the window's profiles hold them.

    Args:
        line: an empty warehouse.
        directions: for each account what its prompts have in common, of length `TOPIC + FORM` or 1.
        per_account: sampled prompts of each.
        noise: length of what differs from prompt to prompt.
        letters: counts of letters, one row an account.

    Returns:
        Account ids.
    """
    rng = np.random.default_rng(11)
    ids = [f"account-{number:05}" for number in range(len(directions))]
    owner = np.repeat(np.arange(len(ids)), per_account)
    common = np.stack([np.broadcast_to(direction, TOPIC + FORM) for direction in directions])[owner]
    rows = common + noise * rng.normal(size=common.shape) / np.sqrt(TOPIC)
    stored = np.hstack([_bytes(rows[:, :TOPIC]), _bytes(rows[:, TOPIC:])])
    samples = pl.DataFrame(
        {
            "snapshot_date": [FIRST_DAY] * len(owner),
            "account_id": np.array(ids)[owner],
            "exchange_id": [f"e{number}" for number in range(len(owner))],
            "sample_rank": [f"{number:012x}" for number in rng.permutation(len(owner))],
            "embedder_id": ["made"] * len(owner),
            "vector": as_blobs(stored),
            "phrases": as_blobs(rng.integers(0, 2**32, (len(owner), 4)).astype(np.uint32)),
        }
    )
    count = len(ids)
    alphabet = np.full((count, CLASS_COUNT), 3, np.uint8) if letters is None else letters
    days = pl.DataFrame({"snapshot_date": [FIRST_DAY] * count, "account_id": ids}).with_columns(
        pl.lit("made").alias("embedder_id"),
        pl.lit(per_account, pl.Int64).alias("sample_count"),
        *(pl.lit(0, pl.Int64).alias(name) for name in ("compressed_prompt_count", "prompt_bytes", "compressed_bytes")),
        as_blobs(alphabet).alias("letters"),
        pl.lit(None, pl.String).alias("public_item_lists"),
    )
    put_frame(line.connection, "core.prompt_samples", samples)
    replace_table(line.connection, "core.sample_days", days)
    profiles = prompt_profiles(line.connection, line.window, per_account=64)
    replace_table(line.connection, "features.prompt_profiles", profiles)
    _put_use(line, ids)
    return ids


def _put_use(line: Line, ids: list[str]) -> None:
    """A hundred exchanges of each account, all of one channel and plan."""
    opened = datetime(2026, 1, 1)
    line.connection.execute("DELETE FROM core.account_days; DELETE FROM raw.accounts")
    for table, facts in {
        "core.account_days": {"exchange_count": 100, "first_at": opened, "last_at": opened + timedelta(days=1)},
        "raw.accounts": {"created_at": opened, "status": "active", "channel": "web", "plan": "free"},
    }.items():
        columns = {
            row[0]: row[1]
            for row in line.connection.execute(
                "SELECT column_name, data_type FROM duckdb_columns() WHERE schema_name || '.' || table_name = ?"
                " AND NOT is_nullable", [table],
            ).fetchall()
        }  # fmt: skip
        for name, kind in columns.items():
            facts.setdefault(name, {"BIGINT": 1, "VARCHAR": "x", "TIMESTAMP": opened, "DATE": FIRST_DAY}.get(kind, 0))
        frame = pl.DataFrame({"account_id": ids}).with_columns(
            pl.lit(value).alias(name)
            for name, value in {**facts, "snapshot_date": FIRST_DAY}.items()
            if name != "account_id"
        )
        line.connection.register("given", frame.to_arrow())
        line.connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM given")


def _bytes(rows: NDArray[np.float64]) -> NDArray[np.int8]:
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return np.clip(np.rint(unit * STEPS * np.sqrt(rows.shape[1])), -127, 127).astype(np.int8)
