"""Reading a world: what every account and organisation truly is, and how active each account was."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from forensics.errors import NotFoundError

ACCOUNT_COLUMNS = ("account_id", "label", "kind", "mode", "group_id", "expected_kind", "dilution_share", "barred")
GROUP_COLUMNS = ("group_id", "label", "kind", "mode", "expected_kind", "dilution_share")
ORGANISATION_COLUMNS = ("organisation_id", "verdict")


@dataclass(frozen=True)
class Truth:
    """The truth of one world.

    Attributes:
        folder: the world's folder, which holds `snapshots` and `truth`.
        scenario, seed, scale, first, days: what the world was asked to be.
        accounts: one row an account, `ACCOUNT_COLUMNS`.
        groups: one row a campaign or look-alike group, `GROUP_COLUMNS`.
        organisations: one row an organisation whose verdict is known by construction.
        customers: organisation_id of every organisation that holds an account on the last day.
    """

    folder: Path
    scenario: str
    seed: int
    scale: float
    first: date
    days: int
    accounts: pl.DataFrame
    groups: pl.DataFrame
    organisations: pl.DataFrame
    customers: pl.Series

    @property
    def last(self) -> date:
        """The world's last day."""
        return self.first + timedelta(days=self.days - 1)

    def activity(self, first: date, last: date) -> pl.DataFrame:
        """Count each account's exchanges on the days from `first` to `last`, both included.

        Returns:
            account_id and exchange_count, sorted by account_id; accounts without exchanges are missing.
        """
        files = [path for day, path in _day_files(self.folder, "exchanges") if first <= day <= last]
        if not files:
            return pl.DataFrame(schema={"account_id": pl.String, "exchange_count": pl.Int64})
        counts = pl.scan_parquet(files).group_by("account_id").agg(pl.len().cast(pl.Int64).alias("exchange_count"))
        return counts.sort("account_id").collect()


def read_truth(world: Path) -> Truth:
    """Read a simulated world's truth.

    Args:
        world: folder with `snapshots` and `truth`, as `forensics simulate` writes it.

    Raises:
        NotFoundError: naming every file or column that is missing.
    """
    columns = {"accounts": ACCOUNT_COLUMNS, "groups": GROUP_COLUMNS, "ownership": ORGANISATION_COLUMNS}
    frames, faults = read_tables(world / "truth", columns)
    facts_path = world / "truth" / "world.json"
    if not facts_path.is_file():
        faults.append(f"{facts_path} is missing")
    states = _day_files(world, "accounts")
    if not states:
        faults.append(f"{world / 'snapshots'} holds no day with accounts.parquet")
    if faults:
        raise NotFoundError(
            f"{world} is not a simulated world with its truth.",
            faults=faults,
            next_step="Name the folder that `forensics simulate OUT` wrote; it holds `snapshots` and `truth`.",
        )
    facts = json.loads(facts_path.read_text("utf-8"))
    state = pl.read_parquet(states[-1][1])
    holders = state["organisation_id"] if "organisation_id" in state.columns else pl.Series([], dtype=pl.String)
    return Truth(
        folder=world,
        scenario=str(facts["scenario"]),
        seed=int(facts["seed"]),
        scale=float(facts["scale"]),
        first=date.fromisoformat(facts["start"]),
        days=int(facts["days"]),
        accounts=frames["accounts"].sort("account_id"),
        groups=frames["groups"].sort("group_id"),
        organisations=frames["ownership"].sort("organisation_id"),
        customers=holders.drop_nulls().unique().sort(),
    )


def read_tables(folder: Path, columns: dict[str, tuple[str, ...]]) -> tuple[dict[str, pl.DataFrame], list[str]]:
    """Read the named columns of several Parquet tables of a folder, and say what is missing instead of stopping."""
    frames, faults = {}, []
    for name, wanted in columns.items():
        path = folder / f"{name}.parquet"
        if not path.is_file():
            faults.append(f"{path} is missing")
            continue
        present = pl.read_parquet_schema(path)
        lacking = [column for column in wanted if column not in present]
        if lacking:
            faults.append(f"{path} has no column {', '.join(lacking)}")
            continue
        frames[name] = pl.read_parquet(path, columns=list(wanted))
    return frames, faults


def _day_files(world: Path, table: str) -> list[tuple[date, Path]]:
    """A table's file of every complete day, by day."""
    days = sorted(marker.parent for marker in (world / "snapshots").glob("date=*/_SUCCESS"))
    found = [(date.fromisoformat(day.name.removeprefix("date=")), day / f"{table}.parquet") for day in days]
    return [(day, path) for day, path in found if path.is_file()]
