"""A tiny seeded provider, written as snapshot folders to the contract: look-alikes, and offences if asked for."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from tests.worlds.population import DEFAULT_SIZES, Person, Town

FIRST_DAY = date(2026, 3, 2)
Frames = dict[str, pl.DataFrame]


@dataclass(frozen=True)
class TinyWorld:
    """Frames of every day, and the kind of every account."""

    days: dict[date, Frames]
    kinds: dict[str, str]

    def accounts_of(self, kind: str) -> set[str]:
        """Accounts of one kind."""
        return {account for account, found in self.kinds.items() if found == kind}


def make_world(seed: int, *, days: int = 2, sizes: dict[str, int] | None = None) -> TinyWorld:
    """Draw a world; the same arguments give the same rows."""
    rng = np.random.default_rng(seed)
    people = Town(rng, days).people(DEFAULT_SIZES if sizes is None else sizes)
    dates = [FIRST_DAY + timedelta(days=number) for number in range(days)]
    return TinyWorld(
        days={day: _day(rng, people, day, number) for number, day in enumerate(dates)},
        kinds={person.account_id: person.kind for person in people},
    )


def write_world(world: TinyWorld, root: Path, *, shuffle_seed: int | None = None) -> Path:
    """Write a world's days below `root`; a shuffle seed permutes the rows of every file."""
    for day, frames in world.days.items():
        folder = root / f"date={day.isoformat()}"
        folder.mkdir(parents=True)
        for name, frame in frames.items():
            rows = frame if shuffle_seed is None else frame.sample(fraction=1, shuffle=True, seed=shuffle_seed)
            rows.write_parquet(folder / f"{name}.parquet")
        (folder / "_SUCCESS").touch()
    return root


def _day(rng: np.random.Generator, people: list[Person], day: date, number: int) -> Frames:
    return {
        "exchanges": _exchanges(rng, people, day),
        "accounts": _accounts(people),
        "payments": _payments(people, day, number),
        "organisations": _organisations(),
        "ownership": pl.DataFrame({"owner_id": ["org-parent"], "owned_id": ["org-front"], "percent": [70.0]}),
        "networks": pl.DataFrame(
            {
                "cidr": ["203.0.113.0/24", "192.0.2.0/24", "198.51.100.0/24"],
                "kind": ["mobile", "business", "proxy"],
            }
        ),
        "models": pl.DataFrame({"model": ["large-1"], "released_at": [datetime(2025, 9, 1)]}),
    }


def _hour_counts(rng: np.random.Generator, person: Person) -> np.ndarray:
    """Exchanges per hour: a balancer's are nearly equal, a person's are bursts."""
    mean = person.daily_mean / len(person.hours)
    if person.is_even:
        return np.maximum(np.round(rng.normal(mean, 0.4 * np.sqrt(mean), len(person.hours))), 0).astype(int)
    return rng.poisson(mean * rng.gamma(1.0, 1.0, len(person.hours)))


def _exchanges(rng: np.random.Generator, people: list[Person], day: date) -> pl.DataFrame:
    midnight = datetime.combine(day, datetime.min.time(), UTC).replace(tzinfo=None)
    rows: list[dict[str, Any]] = []
    for person in people:
        for hour, count in zip(person.hours, _hour_counts(rng, person), strict=True):
            seconds = rng.uniform(0, 3600, count)
            for second in seconds:
                rows.append(
                    {
                        "account_id": person.account_id,
                        "occurred_at": midnight + timedelta(hours=int(hour), microseconds=int(second * 1e6)),
                        "prompt": person.ask(),
                        "system_prompt": person.system_prompt,
                        "ip": person.addresses[int(rng.integers(0, len(person.addresses)))],
                        "user_agent": person.client,
                    }
                )
    size = len(rows)
    return pl.DataFrame(
        rows,
        schema={
            "account_id": pl.String,
            "occurred_at": pl.Datetime("us"),
            "prompt": pl.String,
            "system_prompt": pl.String,
            "ip": pl.String,
            "user_agent": pl.String,
        },
    ).with_columns(
        exchange_id=pl.format("ex-{}-{}", pl.lit(day.isoformat()), pl.int_range(size)),
        model=pl.lit("large-1"),
        input_tokens=pl.Series(rng.integers(10, 2000, size)),
        output_tokens=pl.Series(rng.integers(1, 1500, size)),
        thinking=pl.Series(rng.random(size) < 0.3),
        tool_count=pl.Series(rng.integers(0, 3, size)),
        image_count=pl.Series((rng.random(size) < 0.05).astype(np.int64)),
        outcome=pl.Series(rng.choice(["ok", "refused", "rate_limited", "error"], size, p=[0.94, 0.03, 0.02, 0.01])),
        temperature=pl.lit(1.0),
    )


def _accounts(people: list[Person]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "account_id": person.account_id,
                "created_at": datetime(2026, 1, 5, 9) + timedelta(minutes=number),
                "organisation_id": person.organisation,
                "email_domain": person.email_domain,
                "signup_ip": person.addresses[0],
                "country": person.country,
                "channel": "direct_api",
                "status": "active",
                "programme": person.programme,
            }
            for number, person in enumerate(people)
        ],
        schema_overrides={"organisation_id": pl.String, "programme": pl.String},
    )


def _payments(people: list[Person], day: date, number: int) -> pl.DataFrame:
    paying = [person for person in people if person.instrument and person.daily_mean and number == 0]
    noon = datetime.combine(day, datetime.min.time()) + timedelta(hours=12)
    return pl.DataFrame(
        {
            "payment_id": [f"pay-{day}-{person.account_id}" for person in paying],
            "account_id": [person.account_id for person in paying],
            "paid_at": [noon] * len(paying),
            "instrument_id": [person.instrument for person in paying],
            "instrument_kind": ["card"] * len(paying),
            "issuer_country": [person.country for person in paying],
        },
        schema_overrides={"paid_at": pl.Datetime("us")},
    )


def _organisations() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "organisation_id": ["org-company", "org-app", "org-front", "org-parent"],
            "name": ["Company", "App", "Front", "Parent"],
            "headquarters": ["DE", "US", "SG", "CN"],
            "jurisdiction": ["DE", "US", "SG", "CN"],
        }
    )
