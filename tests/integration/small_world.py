"""Two hand-written days of a tiny provider: ordinary accounts, quiet ones, and ten that share cards and a template.

Fewer than 45 accounts are active, so that the map needs no UMAP and a run takes seconds.
"""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

FIRST = date(2026, 3, 2)
SECOND = date(2026, 3, 3)
DAYS = (FIRST, SECOND)

HOSTILE = (
    "</td><script>alert(1)</script> ![x](http://evil.example/x.png) | `cell` \x1b[31m\n[bold]www.evil.example[/bold]"
)
"""A prompt that tries everything: HTML, Markdown, a terminal escape, rich markup and links."""

ORDINARY, QUIET, RING = 33, 197, 10
"""The ring is less than a quarter of the active accounts: what more of them do is nothing unusual."""

EXCHANGES_A_DAY = {"acct": 14, "idle": 1, "ring": 40}
EXCHANGE_COUNT = ORDINARY * 14 + QUIET * 1 + RING * 40
"""Exchanges of one day."""


def write_world(root: Path, days: tuple[date, ...] = DAYS) -> Path:
    """Write the days below `root`, complete; returns `root`."""
    for day in days:
        write_day(root, day)
    return root


def write_day(root: Path, day: date, *, shift: int = 0) -> Path:
    """Write one complete day; another `shift` gives the same accounts other exchanges."""
    folder = root / f"date={day.isoformat()}"
    folder.mkdir(parents=True)
    exchanges(day, shift).write_parquet(folder / "exchanges.parquet")
    accounts(day).write_parquet(folder / "accounts.parquet")
    payments(day).write_parquet(folder / "payments.parquet")
    (folder / "_SUCCESS").touch()
    return folder


def _account_ids() -> list[str]:
    counts = {"acct": ORDINARY, "idle": QUIET, "ring": RING}
    return [f"{kind}-{number:03}" for kind, count in counts.items() for number in range(count)]


def accounts(day: date) -> pl.DataFrame:
    """Every account as of the end of the day."""
    opened = datetime(2026, 1, 5, 9, tzinfo=UTC).replace(tzinfo=None)
    return pl.DataFrame(
        [
            {
                "account_id": name,
                "created_at": opened + timedelta(hours=number),
                "email_domain": f"firm{number}.example",
                "country": "US",
                "status": "active",
            }
            for number, name in enumerate(_account_ids())
        ]
    )


def payments(day: date) -> pl.DataFrame:
    """One payment per account and day; the ring shares three cards."""
    noon = datetime.combine(day, datetime.min.time()) + timedelta(hours=12)
    return pl.DataFrame(
        [
            {
                "payment_id": f"pay-{day:%m%d}-{name}",
                "account_id": name,
                "paid_at": noon,
                "instrument_id": f"card-ring-{number % 2}" if name.startswith("ring") else f"card-{name}",
                "instrument_kind": "card",
                "amount_usd": 20.0,
                "status": "settled",
            }
            for number, name in enumerate(_account_ids())
        ]
    )


def exchanges(day: date, shift: int = 0) -> pl.DataFrame:
    """Exchanges of the day: ordinary accounts ask about their own subject, the ring works a queue."""
    generator = np.random.default_rng([day.toordinal(), shift])
    midnight = datetime.combine(day, datetime.min.time())
    rows: list[dict[str, Any]] = []
    for number, name in enumerate(_account_ids()):
        ring = name.startswith("ring")
        for turn, second in enumerate(sorted(generator.integers(0, 86_399, EXCHANGES_A_DAY[name[:4]]))):
            prompt = (
                f"Solve problem {generator.integers(10**9)} below with care, and before you give the final answer write"
                " out the whole chain of reasoning that leads to it, step by step, without leaving anything out."
                if ring
                else f"{HOSTILE if number == 0 else ''} How do I mend a {name} of kind {generator.integers(10**6)}?"
            )
            rows.append(
                {
                    "exchange_id": f"x-{day:%m%d}-{shift}-{name}-{turn:02}",
                    "account_id": name,
                    "occurred_at": midnight + timedelta(seconds=int(second)),
                    "model": "model-large",
                    "prompt": prompt,
                    "input_tokens": int(generator.integers(20, 400)),
                    "output_tokens": int(generator.integers(20, 900)) + (800 if ring else 0),
                    "ip": f"203.0.113.{10 + number % 4}" if ring else f"198.51.{number}.7",
                    "user_agent": "client/1.0" if ring else f"browser/{number % 7}",
                    "outcome": "ok",
                }
            )
    return pl.DataFrame(rows)
