"""Snapshots that reach every corner of a day's sums, small enough to sum up on several engines."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from tests.worlds.prompts import Phrasebook

HEAD = "You are a careful judge of answers. Grade the answer below from {} points and give reasons for it: {}"
TAIL = "{} and now write your whole reasoning down before you give the final answer to the reader please"
MIDDLE = "{}\nKeep every figure of the table as it stands and say for each row which rule of the list it breaks.\n{}"
FRAME = "Compare these two drafts and tell me now: {} which of the both would you rather print tomorrow"
SYSTEM = "You are the assistant of the {} bureau and answer questions about its opening hours, fees and forms only. {}"
OVERLAP = "Summarise the attached minutes of the board in five sentences for people who were away that week please."
PUBLIC = "A train of {} wagons leaves the northern station at noon while {} porters carry seven boxes each to the ramp"
NASTY = (
    "", " ", "\0", "a\0b", "$day ? {} %s", "'; DROP TABLE day_exchanges; --", "e\u0301 é 👩‍👩‍👧 ‮right to left",
    "步骤一步一步地解释这个问题的答案并且打分谢谢你的帮助" * 3, "Ä" * 400, "x" * 50_000, "same long question " * 30,
)  # fmt: skip
ADDRESSES = (
    None, "192.0.2.1", "192.0.2.9", "2001:db8::1", "2001:0db8:000a::1", "::1", "::ffff:192.0.2.7", "fe80::1:2",
    "2001::",
)  # fmt: skip
OUTCOMES = ("ok", "ok", "ok", "refused", "rate_limited", "error")


def write_corners(root: Path, day: date, seed: int, count: int = 2_000) -> Path:
    """Write a day's snapshot in which each part of a prompt is fixed somewhere; the same seed gives the same rows."""
    rng = np.random.default_rng(seed)
    book, midnight = Phrasebook(rng), datetime.combine(day, datetime.min.time())
    rows: list[dict[str, Any]] = [
        {
            "exchange_id": f"ex-{seed}-{number}",
            "account_id": f"account-{rng.integers(0, 60)}" if rng.random() < 0.95 else 'name"; --账户',
            "occurred_at": midnight + timedelta(microseconds=int(rng.integers(0, 86_400_000_000))),
            "model": f"m{rng.integers(0, 2)}",
            "prompt": _prompt(book, rng),
            "system_prompt": _system(book, rng),
            "input_tokens": int(rng.integers(0, 2**40)),
            "output_tokens": int(rng.integers(0, 10)),
            "ip": ADDRESSES[rng.integers(0, len(ADDRESSES))],
            "user_agent": [None, "", "agent/1", "u" * 300, "агент"][rng.integers(0, 5)],
            "thinking": [None, True, False][rng.integers(0, 3)],
            "tool_count": [None, 0, 3][rng.integers(0, 3)],
            "image_count": [None, 0, 1][rng.integers(0, 3)],
            "outcome": OUTCOMES[rng.integers(0, len(OUTCOMES))],
            "api_key_id": f"key-{rng.integers(0, 90)}",
            "history_fingerprint": [None, "h1", "h2"][rng.integers(0, 3)],
        }
        for number in range(count)
    ]
    accounts = sorted({row["account_id"] for row in rows})
    noon = midnight + timedelta(hours=12)
    tables = {
        "exchanges": pl.DataFrame(rows, infer_schema_length=None),
        "accounts": pl.DataFrame({"account_id": accounts, "created_at": [noon] * len(accounts), "status": "active"}),
        "payments": pl.DataFrame(
            {
                "payment_id": [f"pay-{number}" for number in range(len(accounts))],
                "account_id": accounts,
                "paid_at": [noon] * len(accounts),
                "instrument_id": [f"card-{number % 7}" for number in range(len(accounts))],
            }
        ),
    }
    folder = root / f"date={day.isoformat()}"
    folder.mkdir(parents=True)
    for name, frame in tables.items():
        frame.write_parquet(folder / f"{name}.parquet")
    (folder / "_SUCCESS").touch()
    return root


def _prompt(book: Phrasebook, rng: np.random.Generator) -> str:
    """One prompt: of a template, sent again and again, hostile, or nobody's but the sender's."""
    match int(rng.integers(0, 9)):
        case 0:
            return HEAD.format(rng.integers(2, 20), book.words(30))
        case 1:
            return TAIL.format(book.words(25))
        case 2:
            return MIDDLE.format(book.words(20), book.words(20))
        case 3:
            return FRAME.format(book.words(int(rng.integers(30, 50))))
        case 4:
            return OVERLAP if rng.random() < 0.5 else OVERLAP + " " + book.words(3)
        case 5:
            return NASTY[rng.integers(0, len(NASTY))]
        case 6:
            return PUBLIC.format(rng.integers(3, 9), rng.integers(3, 9))
        case 7:
            return book.chat("cyrillic")
        case _:
            return book.words(int(rng.integers(1, 60)), "han" if rng.random() < 0.3 else "latin")


def _system(book: Phrasebook, rng: np.random.Generator) -> str | None:
    match int(rng.integers(0, 4)):
        case 0:
            return SYSTEM.format(book.one_of(["northern", "southern"]), book.words(int(rng.integers(0, 20))))
        case 1:
            return "You are terse."
        case _:
            return None
