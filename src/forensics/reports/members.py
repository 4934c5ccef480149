"""Who belongs to a finding, and who only stands beside it.

A proxy pool serves campaigns and innocent customers alike, and a rare text may be used by one more firm, so sharing one
thing that the group shares is not enough. Each member's chance of belonging follows from what it carries of the
evidence that counts and what it lacks that others of the group carry: naive Bayes, every subject once. Of texts in
common it is asked which of them the account sends and which it does not: a firm that has one phrase of a stock of six
stands beside those who send all six.

Known drawback: subjects are taken as independent and outsiders as carrying a twentieth of each, so a membership orders
accounts well and is no measured frequency.
"""

from collections.abc import Sequence

import duckdb
import polars as pl

from forensics.links.evidence import COMMON_TEXT, EFFECT_LIFT, EVIDENCE_KINDS, SIGNIFICANT
from forensics.reports.bystanders import apart, judged_by_themselves, rows_of_groups, standing_values, with_a_stock
from forensics.reports.group_facts import GroupFacts
from forensics.reports.judgement import Judgement
from forensics.reports.rivals import HARD_BEHAVIOUR
from forensics.warehouse.tables import read_frame

CORE = 0.9
"""Chance from which an account is at the core of a finding."""

BELONGS = 0.5
"""Chance below which an account is a bystander."""

OUTSIDERS = 0.05
"""Share of accounts outside a group taken to carry a piece of its evidence: what is unusual is so for a twentieth."""

BOUND = 3.0
"""Most that one subject says either way, in natural log-odds: twenty to one."""

REASONS = {
    "with_a_stock": "works on a stock whose items come again, while the group works off a list",
    "apart": "shares a payer or a name with others none of whom does what was arranged",
    "another_customers": "is a customer's that has no more than a text or client in common with the others",
    "in_programme": "is in a programme that explains its prompts, and no more than a text or client joins it to others",
    "idle": "does nothing of what the group does, and nobody in it stands behind the account",
    "unlike": "shares too little of what the others share",
}
"""Why an account is a bystander, by what is seen of it; the first that holds is told."""


def members_and_bystanders(
    connection: duckdb.DuckDBPyConnection, groups: Sequence[GroupFacts], judgements: list[Judgement]
) -> pl.DataFrame:
    """Everybody in the judged groups, and the chance that each belongs.

    Args:
        connection: with the tables of links, and features.accounts.
        groups: all candidate groups: one may explain its members' part in another.
        judgements: those of them of which something is held, and what counts in each.

    Returns:
        group_id, account_id, membership (0–1), carried (text: names of the evidence it carries), role (core or
        associated), reason (one of `REASONS` where the account is a bystander, else null), is_bystander.
    """
    accounts = read_frame(connection, "SELECT group_id, account_id FROM links.group_accounts ORDER BY ALL")
    everybody = accounts.join(rows_of_groups([one.group_id for one in judgements]), on="group_id")
    carriers = read_frame(connection, "SELECT * FROM links.group_evidence_accounts ORDER BY ALL")
    looked_at = (
        everybody.join(_counted(judgements), on="group_id")
        .join(carriers.with_columns(carries=True), on=["group_id", "account_id", "evidence"], how="left")
        .with_columns(pl.col("carries").fill_null(False))
        .sort("group_id", "account_id", "evidence")
    )
    # Several kinds of one subject are one: the best that is carried, or else the most telling that is not.
    subjects = looked_at.group_by("group_id", "account_id", "subject", maintain_order=True).agg(
        pl.when(pl.col("carries").any())
        .then(pl.col("speaks_for").filter("carries").max())
        .otherwise(pl.col("speaks_against").min())
        .alias("log_odds")
    )
    odds = (
        subjects.join(_texts_sent(connection), on=["group_id", "account_id", "subject"], how="left")
        .group_by("group_id", "account_id", maintain_order=True)
        .agg(pl.min_horizontal("log_odds", "texts").sum().alias("log_odds"))
    )
    acts = pl.col("evidence").is_in(HARD_BEHAVIOUR) & pl.col("carries")
    shown = looked_at.group_by("group_id", "account_id", maintain_order=True).agg(
        pl.col("evidence").filter("carries").str.join(", ").alias("carried"),
        acts.any().alias("acts"),
        pl.col("is_behaviour").any().alias("has_behaviour"),
        (pl.col("is_behaviour") & pl.col("carries")).any().alias("behaves"),
    )
    values = standing_values(connection)
    stands_beside = {
        "with_a_stock": pl.col("with_a_stock") & ~pl.col("acts"),
        "apart": pl.col("apart"),
        "another_customers": pl.col("another_customers"),
        "in_programme": pl.col("in_programme"),
        "idle": pl.col("is_idle") & ~pl.col("is_sure"),
        "unlike": pl.col("membership") < BELONGS,
    }
    return (
        everybody.join(odds, on=["group_id", "account_id"], how="left")
        .join(shown, on=["group_id", "account_id"], how="left")
        .join(_sponsored(values, shown), on=["group_id", "account_id"], how="left")
        .join(apart(values, shown, judgements), on=["group_id", "account_id"], how="left")
        .join(with_a_stock(accounts, groups, judgements), on=["group_id", "account_id"], how="left")
        .join(judged_by_themselves(connection, accounts, groups, judgements), on=["group_id", "account_id"], how="left")
        .with_columns(
            pl.col("carried").fill_null(""),
            pl.col("has_behaviour", "behaves", "acts", "sponsored").fill_null(False),
            pl.col("apart", "with_a_stock", "another_customers", "in_programme").fill_null(False),
            # Where nothing is carried by single accounts, the group as a whole is all there is.
            membership=(1 / (1 + (-pl.col("log_odds")).exp())).fill_null(1.0),
        )
        # An account that somebody of the group paid for or registered may just not have been put to work.
        .with_columns(
            is_idle=pl.col("has_behaviour") & ~pl.col("behaves"),
            is_sure=(pl.col("membership") >= CORE) & pl.col("sponsored"),
        )
        .with_columns(
            role=pl.when((pl.col("membership") >= CORE) & ~pl.col("is_idle"))
            .then(pl.lit("core"))
            .otherwise(pl.lit("associated")),
            reason=pl.coalesce(pl.when(stands_beside[name]).then(pl.lit(reason)) for name, reason in REASONS.items()),
        )
        .sort("group_id", "account_id")
        .select(
            "group_id",
            "account_id",
            "membership",
            "carried",
            "role",
            "reason",
            is_bystander=pl.col("reason").is_not_null(),
        )
    )


def _sponsored(values: pl.DataFrame, shown: pl.DataFrame) -> pl.DataFrame:
    """Accounts with an instrument, domain or organisation that is the group's own.

    It is where more accounts with it do what the group does than stand outside the group: a university has the domain
    in common with its students, some of whom sold their accounts.

    Args:
        values: as `standing_values` returns them.
        shown: group_id, account_id, behaves.

    Returns:
        group_id, account_id, sponsored (true).
    """
    behaving = shown.filter("behaves").select("group_id", "account_id", behaves=True)
    value = ["group_id", "signal_kind", "signal_value"]
    own = (
        values.join(behaving, on=["group_id", "account_id"], how="left")
        .group_by(value)
        .agg(doing=pl.col("behaves").sum(), outside=pl.col("carriers").first() - pl.len().cast(pl.Int64))
        .filter(pl.col("doing") > pl.col("outside"))
    )
    return values.join(own, on=value, how="semi").select("group_id", "account_id", sponsored=True).unique()


def _counted(judgements: list[Judgement]) -> pl.DataFrame:
    """The evidence that counts and has carriers, and what carrying or lacking it says in log-odds."""
    rows = [
        (one.group_id, name, *_traits(name), shown.account_count or 0, one.facts.account_count)
        for one in judgements
        for name, shown in ((name, one.facts.shown[name]) for name in sorted(one.facts.held))
        if shown.coverage is not None
    ]
    names = ["group_id", "evidence", "subject", "is_behaviour", "carrier_count", "account_count"]
    kinds = (pl.String, pl.String, pl.String, pl.Boolean, pl.Int64, pl.Int64)
    frame = pl.DataFrame(rows, schema=dict(zip(names, kinds, strict=True)), orient="row")
    # Smoothed (Laplace): that all of five carry something does not rule out the sixth who does not.
    carried = (pl.col("carrier_count") + 1) / (pl.col("account_count") + 2)
    return frame.with_columns(
        speaks_for=(carried / OUTSIDERS).log().clip(-BOUND, BOUND),
        speaks_against=((1 - carried) / (1 - OUTSIDERS)).log().clip(-BOUND, BOUND),
    ).drop("carrier_count", "account_count")


def _texts_sent(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """What the texts of a group that an account sends, and those that it does not send, say of its belonging.

    To send one speaks for it as far as it is the members' more than others'; to send none speaks against it as far as
    an account with as much traffic would have sent it at the members' rate.

    Args:
        connection: with links.groups, group_accounts, group_signals and account_signals, and features.accounts.

    Returns:
        group_id, account_id, subject (`text`), texts (log-odds, bounded).
    """
    texts = read_frame(
        connection,
        """
        WITH texts AS (
            SELECT group_id, signal_value, accounts_sharing, groups.account_count AS size,
                   accounts_sharing_outside AS outside
            FROM links.group_signals JOIN links.groups USING (group_id)
            WHERE signal_kind = 'prompt_template' AND NOT is_hub AND q_value < $significant AND lift >= $lift
              AND accounts_sharing >= $common * groups.account_count
        ), used AS (
            SELECT group_id, account_id, signal_value, use_count
            FROM texts JOIN links.group_accounts USING (group_id)
            JOIN links.account_signals USING (account_id, signal_value)
            WHERE signal_kind = 'prompt_template'
        ), rates AS (
            SELECT group_id, signal_value, SUM(use_count) / SUM(exchange_count) AS rate
            FROM used JOIN features.accounts USING (account_id) GROUP BY group_id, signal_value
        )
        SELECT group_id, account_id, signal_value, (accounts_sharing + 1) / (size + 2) AS carried,
               outside / (outside + accounts_sharing) AS others, rate * exchange_count AS expected,
               use_count IS NOT NULL AS sends
        FROM texts JOIN rates USING (group_id, signal_value)
        JOIN links.group_accounts USING (group_id) JOIN features.accounts USING (account_id)
        LEFT JOIN used USING (group_id, account_id, signal_value)
        ORDER BY ALL
        """,
        significant=SIGNIFICANT,
        lift=EFFECT_LIFT,
        common=COMMON_TEXT,
    ).with_columns(carried=pl.col("carried") * (1 - (-pl.col("expected")).exp()))
    outsiders = pl.max_horizontal("others", pl.lit(OUTSIDERS))
    speaks = (
        pl.when("sends")
        .then((pl.max_horizontal("carried", outsiders) / outsiders).log())
        .otherwise(((1 - pl.col("carried")) / (1 - OUTSIDERS)).log().clip(upper_bound=0))
    )
    return texts.group_by("group_id", "account_id", maintain_order=True).agg(
        pl.lit("text").alias("subject"), speaks.sum().clip(-BOUND, BOUND).alias("texts")
    )


def _traits(name: str) -> tuple[str, bool]:
    """What a kind of evidence is about, and whether it is behaviour.

    What is asked follows from the template that asks it: one subject.
    """
    kind = EVIDENCE_KINDS[name]
    return "text" if kind.claim == "extraction" else kind.cause, kind.is_behaviour
