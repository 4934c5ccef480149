"""A world small enough to count by hand: three campaigns, three look-alikes, ten ordinary accounts."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

DAY = date(2026, 3, 2)
SEED = 11
"""A tuning seed."""

GROUPS = {
    # group: label, kind, expected claim, share, accounts
    "harvest": ("campaign", "template_harvest", "coordinated_extraction", 1.0, 4),
    "diluted": ("campaign", "store_replay", "coordinated_extraction", 0.25, 4),
    "relay": ("campaign", "live_relay", "relay", 1.0, 4),
    "app": ("twin", "template_app", None, 1.0, 3),
    "class": ("twin", "classroom", None, 1.0, 3),
    "grey": ("twin", "grey_reseller", "relay", 1.0, 3),
}
ORDINARY = 10
VERDICTS = {"org-a": "seed", "org-b": "met_both", "org-c": "not_met", "org-d": "undetermined"}
HOLDERS = {"ordinary-0": "org-b", "ordinary-1": "org-c", "ordinary-2": "org-e"}
"""Organisations of accounts; org-e has no verdict on record and is not barred."""

QUIET = "harvest-3"
"""A campaign account with too few exchanges to be told."""

ACCOUNT_SCHEMA = {
    "account_id": pl.String, "label": pl.String, "kind": pl.String, "mode": pl.String, "group_id": pl.String,
    "expected_kind": pl.String, "dilution_share": pl.Float64, "barred": pl.Boolean,
}  # fmt: skip


def members(group: str) -> list[str]:
    """Accounts of a group."""
    return [f"{group}-{number}" for number in range(GROUPS[group][4])]


def _accounts() -> pl.DataFrame:
    rows: list[dict[str, Any]] = []
    for group, (label, kind, expected, share, count) in GROUPS.items():
        mode = kind if label == "campaign" else None
        facts = {"label": label, "kind": kind, "mode": mode, "group_id": group, "expected_kind": expected}
        rows += [{"account_id": f"{group}-{n}", **facts, "dilution_share": share} for n in range(count)]
    rows += [{"account_id": f"ordinary-{n}", "label": "ordinary", "kind": "person"} for n in range(ORDINARY)]
    return pl.DataFrame([{**row, "barred": row["account_id"] == "ordinary-0"} for row in rows], schema=ACCOUNT_SCHEMA)


def write_world(world: Path, *, seed: int = SEED) -> Path:
    """Write the world's truth and the columns of its snapshots that scoring reads."""
    truth, day = world / "truth", world / "snapshots" / f"date={DAY.isoformat()}"
    truth.mkdir(parents=True)
    day.mkdir(parents=True)
    accounts = _accounts()
    accounts.write_parquet(truth / "accounts.parquet")
    columns = ["group_id", "label", "kind", "mode", "expected_kind", "dilution_share"]
    accounts.drop_nulls("group_id").select(columns).unique().write_parquet(truth / "groups.parquet")
    pl.DataFrame({"organisation_id": list(VERDICTS), "verdict": list(VERDICTS.values())}).write_parquet(
        truth / "ownership.parquet"
    )
    facts = {"scale": 0.001, "days": 1, "seed": seed, "start": DAY.isoformat(), "scenario": "published"}
    (truth / "world.json").write_text(json.dumps(facts))
    calls = [name for name in accounts["account_id"] for _ in range(5 if name == QUIET else 30)]
    pl.DataFrame({"account_id": calls}).write_parquet(day / "exchanges.parquet")
    accounts.select(
        "account_id", organisation_id=pl.col("account_id").replace_strict(HOLDERS, default=None, return_dtype=pl.String)
    ).write_parquet(day / "accounts.parquet")
    (day / "_SUCCESS").touch()
    return world


Finding = tuple[str, str, str, list[str]]
"""Id, kind, confidence, accounts."""

PERFECT: tuple[Finding, ...] = (
    ("f-harvest", "coordinated_extraction", "high", members("harvest")),
    ("f-diluted", "coordinated_extraction", "moderate", members("diluted")),
    ("f-relay", "relay", "high", members("relay")),
    ("f-grey", "relay", "moderate", members("grey")),
    ("f-owner", "barred_ownership", "high", ["ordinary-0"]),
)


def write_reports(
    folder: Path, findings: tuple[Finding, ...] = PERFECT, verdicts: dict[str, str] | None = None
) -> Path:
    """Write report tables with the columns that scoring reads; verdicts default to the true ones."""
    folder.mkdir(parents=True)
    said = VERDICTS if verdicts is None else verdicts
    barred = {name: verdict for name, verdict in said.items() if verdict in ("seed", "met_both")}
    schema = {
        "finding_id": pl.String,
        "as_of": pl.Date,
        "kind": pl.String,
        "confidence": pl.String,
        "score": pl.Float64,
    }
    rows = [(name, DAY, kind, confidence, 1.0) for name, kind, confidence, _ in findings]
    pl.DataFrame(rows, schema=schema, orient="row").write_parquet(folder / "findings.parquet")
    named = [(name, account) for name, _, _, accounts in findings for account in accounts]
    pl.DataFrame(named, schema={"finding_id": pl.String, "account_id": pl.String}, orient="row").write_parquet(
        folder / "finding_accounts.parquet"
    )
    rivals = [
        (name, rival, plausible, favours, band, ratio)
        for name, _, confidence, _ in findings
        for rival, plausible, favours, band, ratio in (
            ("colleagues", True, "finding", "strong", 4.0),
            ("agency", confidence != "low", "finding", "weak", 0.6),
            ("one_customer", False, "rival", "weak", -0.7),
        )
    ]
    rival_columns = ["finding_id", "rival", "is_plausible", "favours", "band", "log_ratio_bound"]
    rival_types = (pl.String, pl.String, pl.Boolean, pl.String, pl.String, pl.Float64)
    pl.DataFrame(rivals, schema=dict(zip(rival_columns, rival_types, strict=True)), orient="row").write_parquet(
        folder / "finding_rivals.parquet"
    )
    for table, content in (("barred_organisations", barred), ("ownership_verdicts", said)):
        pl.DataFrame(
            {"organisation_id": list(content), "verdict": list(content.values())},
            schema={"organisation_id": pl.String, "verdict": pl.String},
        ).write_parquet(folder / f"{table}.parquet")
    return folder
