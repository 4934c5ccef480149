"""The claim on the organisation behind a group: barred owners of its accounts, named and graded apart.

Ownership says whose the accounts are, never what they do: nothing here is read by the grades of control, extraction or
relay, and the grade depends on how much of the group one owner's organisations hold, not on how bad its traffic is.

    high          at least half of the members belong to organisations that one restricted organisation heads
    moderate      at least a fifth
    low           fewer, or a single account: a pool carries strangers too
    one lower     where incorporation had to stand in for headquarters
    undetermined  no member's organisation is barred, or none is known
"""

from dataclasses import dataclass, field
from typing import Any

import duckdb
import polars as pl

from forensics import contracts
from forensics.links.evidence import SIGNIFICANT
from forensics.links.significance import false_discovery_rate, hypergeometric_tail
from forensics.reports.foreign_text import readable
from forensics.reports.phrases import listed, phrase
from forensics.reports.statements import Statement, said_q, share_statement
from forensics.warehouse.tables import read_frame

MOST = 0.5
"""Share of the members from which the group is one owner's."""

FAIR_PART = 0.2
"""Share of the members from which one owner has a part in the group."""

LEVELS = ("undetermined", "low", "moderate", "high")
OWNERS_NAMED = 3
"""Owners that statements name; the signals hold all."""

NAME_CHARACTERS = 60
SIGNAL_KIND = "barred_owner"


@dataclass(frozen=True)
class OrganisationClaim:
    """What is held of the owners of a group's accounts.

    Attributes:
        confidence: one of `LEVELS`.
        statements: for and against.
    """

    confidence: str
    statements: list[Statement] = field(default_factory=list)


def organisation_claims(
    connection: duckdb.DuckDBPyConnection, members: pl.DataFrame
) -> tuple[dict[str, OrganisationClaim], pl.DataFrame]:
    """The claim on every group, and the barred owners as signals with their statistics.

    Null of the statistics: the group is a random draw of the accounts in use.

    Args:
        connection: with links.barred_organisations, links.ownership_verdicts and features.payers.
        members: candidate, account_id; members of groups only.

    Returns:
        Claims by candidate; and candidate with the columns of reports.finding_signals but finding_id.
    """
    groups = members.select("candidate", "account_id").unique().sort("candidate", "account_id")
    in_use = _accounts_in_use(connection)
    owners = _owners_of_groups(groups, in_use)
    known = groups.join(in_use.filter(pl.col("organisation_id").is_not_null()), on="account_id", how="semi")
    named = dict(known.group_by("candidate").len().iter_rows())
    by_candidate: dict[str, list[dict[str, Any]]] = {}
    for row in owners.iter_rows(named=True):
        by_candidate.setdefault(row["candidate"], []).append(row)
    claims = {
        candidate: _claim(size, named.get(candidate, 0), by_candidate.get(candidate, []))
        for candidate, size in groups.group_by("candidate", maintain_order=True).len().iter_rows()
    }
    columns = [name for name in contracts.get("reports.finding_signals").columns if name != "finding_id"]
    return claims, owners.select("candidate", *columns)


def _accounts_in_use(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Every account in use with its organisation and, if that is barred, who heads it and why."""
    accounts = read_frame(
        connection,
        """
        SELECT account_id, payers.organisation_id, barred.controlling_organisation_id AS owner_id,
               owner.name AS owner_name, barred.controlling_jurisdiction AS place, barred.verdict,
               COALESCE(owner.headquarters IS NULL, FALSE) AS is_by_incorporation
        FROM features.payers AS payers
        LEFT JOIN links.barred_organisations AS barred ON barred.organisation_id = payers.organisation_id
        LEFT JOIN features.organisation_identities AS owner
          ON owner.organisation_id = barred.controlling_organisation_id
        ORDER BY account_id
        """,
    )
    return accounts.with_columns(readable(pl.col("owner_name"), NAME_CHARACTERS))


def _owners_of_groups(groups: pl.DataFrame, in_use: pl.DataFrame) -> pl.DataFrame:
    """One row per group and barred owner of members, with the chance of so many; the largest first."""
    barred = in_use.filter(pl.col("owner_id").is_not_null())
    marked = barred.group_by("owner_id").agg(marked=pl.len())
    drawn = groups.group_by("candidate").agg(drawn=pl.len())
    shared = (
        groups.join(barred, on="account_id")
        .group_by("candidate", "owner_id")
        .agg(
            accounts_sharing=pl.len().cast(pl.Int64),
            organisation_count=pl.col("organisation_id").n_unique(),
            owner_name=pl.col("owner_name").first(),
            place=pl.col("place").first(),
            verdicts=pl.col("verdict").unique().sort().str.join(", "),
            is_by_incorporation=pl.col("is_by_incorporation").first(),
        )
        .join(marked, on="owner_id")
        .join(drawn, on="candidate")
        .sort(["candidate", "accounts_sharing", "owner_id"], descending=[False, True, False])
    )
    total = max(in_use.height, 1)
    p = hypergeometric_tail(shared["accounts_sharing"], total, shared["marked"], shared["drawn"])
    tests = drawn.height * marked.height
    return shared.with_columns(
        signal_kind=pl.lit(SIGNAL_KIND),
        signal_value=pl.col("owner_id"),
        accounts_sharing_outside=(pl.col("marked") - pl.col("accounts_sharing")).cast(pl.Int64),
        background=pl.col("marked") / total,
        lift=pl.col("accounts_sharing") * total / (pl.col("marked") * pl.col("drawn")),
        p_value=pl.Series(p, dtype=pl.Float64),
        q_value=pl.Series(false_discovery_rate(p, tests), dtype=pl.Float64),
    )


def _claim(size: int, named: int, owners: list[dict[str, Any]]) -> OrganisationClaim:
    """The claim on a group of some size, of whose members so many name an organisation."""
    if not owners:
        if not named:
            return OrganisationClaim("undetermined", [])
        sentence = (
            f"{named} of the {size} accounts name an organisation in use, and none of these is one that the ownership"
            " rule bars."
        )
        none = share_statement("contradicts", sentence, "barred_owner_share", (0, named), None)
        return OrganisationClaim("undetermined", [none])
    largest = owners[0]
    share = largest["accounts_sharing"] / size
    level = 3 if share >= MOST else 2 if share >= FAIR_PART else 1
    if largest["accounts_sharing"] == 1:
        level = 1
    if largest["is_by_incorporation"]:
        level = max(1, level - 1)
    found = [_named(owner, size) for owner in owners[:OWNERS_NAMED]]
    others = size - sum(owner["accounts_sharing"] for owner in owners)
    if others:
        sentence = (
            f"{others} of {size} accounts belong to no organisation that the rule bars, or to none that is known: who"
            " shares infrastructure with a barred owner's accounts need not be his."
        )
        found.append(share_statement("contradicts", sentence, "other_owner_share", (others, size), None))
    sentence = (
        "Who owns an organisation does not show who ordered what its accounts do; registers lag behind sales of shares."
        " The claim adds nothing to those of control and extraction."
    )
    found.append(Statement("contradicts", sentence, "ownership_scope", None, None))
    return OrganisationClaim(LEVELS[level], found)


def _named(owner: dict[str, Any], size: int) -> Statement:
    name = f"{owner['owner_name']} [{owner['owner_id']}]" if owner["owner_name"] else owner["owner_id"]
    basis = ", known by its incorporation only" if owner["is_by_incorporation"] else ""
    plural = "s" if owner["organisation_count"] > 1 else ""
    place = owner["place"] or "a restricted place"
    how = listed([phrase("verdict", one) for one in owner["verdicts"].split(", ")], "or")
    sentence = (
        f"{owner['accounts_sharing']} of {size} accounts belong to {owner['organisation_count']} organisation{plural}"
        f" that the ownership rule bars ({how}), headed by {name} in {place}"
        f"{basis}; {owner['background']:.2%} of all accounts in use do (hypergeometric, {said_q(owner['q_value'])})"
        f"{'' if owner['q_value'] < SIGNIFICANT else ', so that as many may have come by chance'}."
    )
    counts = owner["accounts_sharing"], size
    return share_statement(
        "supports", sentence, "barred_owner_share", counts, owner["background"], subject=owner["owner_id"]
    )
