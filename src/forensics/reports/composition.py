"""Who the members of a group are: how many, who pays, and under whose name they stand."""

from typing import Any

import duckdb
import polars as pl

from forensics.features.accounts import CROSS_PAYER_MINIMUM
from forensics.features.organisations.domains import own_domains
from forensics.warehouse.tables import read_frame
from forensics.window import Window

OWN_PAYERS = 0.8
"""Payers per account from which accounts pay for themselves: strangers who use one tool do, and so do accounts of a
domain that is nobody's name."""

WITH_INSTRUMENT = 0.5
"""Share of a domain's accounts that must have shown an instrument, for their payers to say whether it is a name."""


def composition(
    connection: duckdb.DuckDBPyConnection, window: Window, members: pl.DataFrame | None = None
) -> dict[str, dict[str, Any]]:
    """What the attributes of `GroupFacts` on people say of each group, by group id.

    The name of an account is its organisation; where none is known, the mail domain that a company can call its own,
    unless a crowd of accounts shares it. A customer pays: a domain whose accounts each pay from an instrument of their
    own is nobody's name, and so is a free or disposable mail provider's, and a school's where several payers pay for
    its pupils.

    Args:
        connection: with raw.accounts, the payers and identities of features, and the tables of links.
        window: the run's days.
        members: group_id and account_id of those who count; null: all members of the candidate groups.
    """
    people = _people(connection, window)
    if members is not None:
        people = people.join(members.select("group_id", "account_id"), on=["group_id", "account_id"], how="semi")
    is_pupil = (pl.col("programme") == "education").fill_null(False) & (
        pl.col("payer_id").n_unique().over("group_id") >= CROSS_PAYER_MINIMUM
    )
    people = people.with_columns(name=pl.coalesce("named", pl.when(~is_pupil).then(own_domains(people["domain"]))))
    size = pl.len()
    families = people.group_by("group_id", "family").agg(
        pl.when(pl.col("identity_id").n_unique() >= 2).then(pl.len()).alias("sisters")
    )
    sisters = families.filter(pl.col("family").is_not_null()).group_by("group_id").agg(pl.col("sisters").max())
    composed = (
        people.join(sisters, on="group_id", how="left", maintain_order="left")
        .group_by("group_id", maintain_order=True)
        .agg(
            size.cast(pl.Int64).alias("account_count"),
            pl.col("payer_id").n_unique().cast(pl.Int64).alias("payer_count"),
            pl.col("organisation_id").drop_nulls().n_unique().cast(pl.Int64).alias("organisation_count"),
            (pl.col("name").drop_nulls().unique_counts().max().fill_null(0) / size).alias("customer_share"),
            (pl.col("sisters").first().fill_null(0) / size).alias("family_share"),
            ((pl.col("programme") == "education").fill_null(False).sum() / size).alias("education_share"),
            ((pl.col("programme") == "security_research").fill_null(False).sum() / size).alias("research_share"),
        )
    )
    return {row.pop("group_id"): row for row in composed.to_dicts()}


def _people(connection: duckdb.DuckDBPyConnection, window: Window) -> pl.DataFrame:
    """Every member of the candidate groups with its payer, programme, organisation, family and private mail domain."""
    return read_frame(
        connection,
        """
        WITH state AS (
            SELECT account_id, organisation_id, SUBSTR(LOWER(email_domain), 1, 200) AS email_domain, programme
            FROM raw.accounts WHERE snapshot_date BETWEEN $first AND $last
            QUALIFY row_number() OVER (PARTITION BY account_id ORDER BY snapshot_date DESC) = 1
        ), unnamed AS (
            SELECT email_domain FROM state JOIN features.payers USING (account_id)
            WHERE payer_basis <> 'organisation' AND email_domain IS NOT NULL
            GROUP BY email_domain
            HAVING COUNT(DISTINCT CASE WHEN payer_basis = 'instrument' THEN payer_id END)
                   >= GREATEST($payers, $own_payers * COUNT(CASE WHEN payer_basis = 'instrument' THEN 1 END))
               AND COUNT(CASE WHEN payer_basis = 'instrument' THEN 1 END) >= $with_instrument * COUNT(*)
        )
        SELECT group_id, account_id, state.programme, payers.payer_id, payers.organisation_id,
               identity.identity_id, family.controlling_organisation_id AS family,
               'organisation ' || COALESCE(identity.identity_id, NULLIF(state.organisation_id, '')) AS named,
               domain.signal_value AS domain
        FROM links.group_accounts
        LEFT JOIN features.payers AS payers USING (account_id)
        LEFT JOIN state USING (account_id)
        LEFT JOIN features.organisation_identities AS identity
            ON identity.organisation_id = state.organisation_id
        LEFT JOIN links.controlling_organisations AS family
            ON family.organisation_id = state.organisation_id
        LEFT JOIN links.signals AS domain
            ON domain.signal_kind = 'email_domain' AND NOT domain.is_hub
           AND domain.signal_value = state.email_domain AND state.email_domain NOT IN (FROM unnamed)
        ORDER BY group_id, account_id
        """,
        first=window.first,
        last=window.as_of,
        payers=CROSS_PAYER_MINIMUM,
        own_payers=OWN_PAYERS,
        with_instrument=WITH_INSTRUMENT,
    )
