"""links.group_evidence and links.group_evidence_accounts: what each group shows, and which members carry it.

A test says that a group is no random draw; it does not say of whom. So each piece of evidence names its carriers:
members that share a significant value, members that ask for something far more than others do. What is measured on the
group as a whole (a load spread evenly, a list worked off once) has no carriers of its own.
"""

import duckdb
import polars as pl

from forensics.links.content.demands import CARRIED_COUNT, CARRIED_SHARE, demands_of_members
from forensics.links.evidence import (
    COMMON_TEXT,
    EFFECT_LIFT,
    EVIDENCE_KINDS,
    SIGNIFICANT,
    TEMPLATE_DEMANDS,
    UNUSUAL,
    EvidenceKind,
)
from forensics.links.recurring_pairs import CROWD
from forensics.links.template_groups import FEWEST_TEMPLATES, NOBODY_ELSE
from forensics.warehouse.tables import read_frame
from forensics.window import Window

_CARRIERS = ["group_id", "evidence", "account_id"]

CHIEFLY = 0.5
"""Uses of a shared template, as a part of those of the template an account uses most, from which the account carries
it: who works with instructions of his own has phrases in common with everybody in his line of work. Not so templates
that hardly anybody but the members sends, however little of his traffic they are: several, which are a stock of texts,
or one in a group that was not formed by templates. A rare phrase always has its users to itself, but not the users of
one card or one conversation."""


def group_evidence(connection: duckdb.DuckDBPyConnection, window: Window) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Every kind of evidence of every group, whether or not it is enough to count.

    Args:
        connection: with links.groups, group_accounts, group_prompts, group_signals, group_tests, account_signals and
            signals, features.accounts, core.prompt_days, and what is read of templates.
        window: the days that count.

    Returns:
        Rows of links.group_evidence and of links.group_evidence_accounts.
    """
    shared = _shared_values(connection, window)
    carriers = pl.concat(
        [
            shared.select(_CARRIERS).unique(),
            _handed_over(connection),
            _sent_again(connection, window),
            _rates(connection),
            _under_templates(connection, window),
        ]
    )
    carriers = carriers.sort("group_id", "evidence", "account_id")
    counts = carriers.group_by("group_id", "evidence", maintain_order=True).agg(
        pl.len().cast(pl.Int64).alias("account_count")
    )
    tested = pl.concat([_value_tests(connection), _measured(connection)])
    sizes = read_frame(connection, "SELECT group_id, account_count AS size FROM links.groups ORDER BY group_id")
    kinds = pl.DataFrame(
        [(kind.name, kind.claim, kind.weight, bool(kind.signal_kinds)) for kind in EVIDENCE_KINDS.values()],
        schema={"evidence": pl.String, "claim": pl.String, "weight": pl.String, "is_shared": pl.Boolean},
        orient="row",
    )
    found = (
        tested.join(kinds, on="evidence")
        .join(counts, on=["group_id", "evidence"], how="left")
        .join(sizes, on="group_id")
        # A value in common that no member carries is carried by none, not by the group as a whole.
        .with_columns(
            account_count=pl.when("is_shared").then(pl.col("account_count").fill_null(0)).otherwise("account_count")
        )
        .with_columns(coverage=pl.col("account_count") / pl.col("size"))
        .sort("group_id", "evidence")
    )
    return found.drop("size", "is_shared"), carriers


def _kind_names() -> pl.DataFrame:
    rows = [(signal, kind.name) for kind in EVIDENCE_KINDS.values() for signal in kind.signal_kinds]
    return pl.DataFrame(rows, schema={"signal_kind": pl.String, "evidence": pl.String}, orient="row")


def _shared_values(connection: duckdb.DuckDBPyConnection, window: Window) -> pl.DataFrame:
    """Members and the significant values they share; who mostly sends texts of his own carries no text in common."""
    values = read_frame(
        connection,
        """
        WITH own AS (
            SELECT account_id, MAX(use_count) AS most_used FROM (
                SELECT account_id, SUM(exchange_count) AS use_count
                FROM core.template_days JOIN features.template_families USING (template_id)
                WHERE snapshot_date BETWEEN $first AND $last
                  AND account_id IN (SELECT account_id FROM links.group_accounts)
                GROUP BY account_id, family_id, SPLIT_PART(template_id, '-', 1)
            ) AS families GROUP BY account_id
        )
        SELECT group_id, signal_kind, account_id
        FROM links.group_signals
        JOIN links.group_accounts USING (group_id)
        JOIN links.account_signals USING (account_id, signal_kind, signal_value)
        JOIN links.groups USING (group_id)
        LEFT JOIN own USING (account_id)
        WHERE NOT is_hub AND q_value < $significant AND lift >= $lift
          AND signal_kind NOT IN ('conversation', 'prompt')
          AND (signal_kind <> 'prompt_template' OR accounts_sharing >= $common * account_count)
        GROUP BY group_id, signal_kind, account_id
        HAVING signal_kind <> 'prompt_template' OR MAX(use_count) >= $chiefly * COALESCE(MAX(most_used), 0)
            OR COUNT(CASE WHEN accounts_sharing >= $alone * (accounts_sharing + accounts_sharing_outside) THEN 1 END)
               >= CASE WHEN ANY_VALUE(formed_by) = 'template' THEN $several ELSE 1 END
        ORDER BY ALL
        """,
        first=window.first,
        last=window.as_of,
        chiefly=CHIEFLY,
        alone=NOBODY_ELSE,
        several=FEWEST_TEMPLATES,
        common=COMMON_TEXT,
        significant=SIGNIFICANT,
        lift=EFFECT_LIFT,
    )
    return values.join(_kind_names(), on="signal_kind")


def _value_tests(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """The most significant shared value per group and kind of evidence: members with it against those expected."""
    values = read_frame(
        connection,
        """
        SELECT group_id, signal_kind, accounts_sharing::DOUBLE AS value, expected AS baseline, q_value
        FROM links.group_signals JOIN links.groups USING (group_id)
        WHERE NOT is_hub AND q_value < $significant AND lift >= $lift
          AND signal_kind NOT IN ('conversation', 'prompt')
          AND (signal_kind <> 'prompt_template' OR accounts_sharing >= $common * account_count)
        ORDER BY group_id, q_value, signal_kind, signal_value
        """,
        common=COMMON_TEXT,
        significant=SIGNIFICANT,
        lift=EFFECT_LIFT,
    )
    return (
        values.join(_kind_names(), on="signal_kind")
        .sort("group_id", "evidence", "q_value", maintain_order=True)
        .group_by("group_id", "evidence", maintain_order=True)
        .agg(pl.col("value", "baseline", "q_value").first())
    )


def _handed_over(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Members that carry a conversation on which another member carries too; phrases of a crowd are none."""
    found = read_frame(
        connection,
        """
        WITH held AS (
            SELECT group_id, account_id, signal_value,
                   COUNT(*) OVER (PARTITION BY group_id, signal_value) AS members
            FROM links.group_accounts JOIN links.account_signals USING (account_id)
            JOIN links.signals USING (signal_kind, signal_value)
            WHERE signal_kind = 'conversation' AND NOT is_hub AND account_count <= $crowd
        )
        SELECT DISTINCT group_id, 'handover' AS evidence, account_id FROM held WHERE members >= 2 ORDER BY ALL
        """,
        crowd=CROWD,
    )
    return found.select(_CARRIERS)


def _sent_again(connection: duckdb.DuckDBPyConnection, window: Window) -> pl.DataFrame:
    """Members with a long prompt that another member sends, on another day where retries explain the same one."""
    found = read_frame(
        connection,
        """
        WITH member AS (
            SELECT group_id, account_id, ROW_NUMBER() OVER ()::INTEGER AS number FROM links.group_accounts
        ),
        held AS (
            SELECT group_id, number, account_id, prompt_hash, snapshot_date
            FROM member JOIN core.prompt_days USING (account_id) WHERE snapshot_date BETWEEN $first AND $last
        ),
        again AS (
            SELECT group_id, prompt_hash FROM held JOIN links.group_prompts USING (group_id)
            GROUP BY group_id, prompt_hash
            HAVING MIN(number) <> MAX(number) AND (
                MIN(snapshot_date) <> MAX(snapshot_date) OR MAX(again_prompt_count) > MAX(later_prompt_count)
            )
        )
        SELECT DISTINCT group_id, 'resent' AS evidence, account_id FROM held JOIN again USING (group_id, prompt_hash)
        ORDER BY ALL
        """,
        first=window.first,
        last=window.as_of,
    )
    return found.select(_CARRIERS)


def _rates(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Members that do something far more than accounts usually do."""
    kinds = [kind for kind in EVIDENCE_KINDS.values() if kind.feature or kind.unusual]
    names = ", ".join(sorted({f'"{kind.feature or kind.unusual}"' for kind in kinds}))
    features = read_frame(connection, f"SELECT account_id, {names} FROM features.accounts ORDER BY account_id")
    members = read_frame(connection, "SELECT group_id, account_id FROM links.group_accounts ORDER BY ALL")
    apart = [
        features.filter(_far(kind)).select("account_id").with_columns(evidence=pl.lit(kind.name)) for kind in kinds
    ]
    return members.join(pl.concat(apart), on="account_id").select(_CARRIERS)


def _far(kind: EvidenceKind) -> pl.Expr:
    """Whether an account lies at the far end of all accounts, and above the floor."""
    value = pl.col(kind.feature or kind.unusual)
    if kind.is_low:
        return value < value.quantile(1 - UNUSUAL, "higher")
    return value > pl.max_horizontal(pl.lit(kind.floor), value.quantile(UNUSUAL, "lower"))


def _under_templates(connection: duckdb.DuckDBPyConnection, window: Window) -> pl.DataFrame:
    """Members that ask for something under the templates they share."""
    members = read_frame(connection, "SELECT group_id, account_id FROM links.group_accounts ORDER BY ALL")
    used = demands_of_members(connection, members, window)
    counts = used.unpivot(
        list(TEMPLATE_DEMANDS), index=["group_id", "account_id", "exchange_count"], value_name="asked"
    )
    asking = (pl.col("asked") >= CARRIED_COUNT) & (pl.col("asked") >= CARRIED_SHARE * pl.col("exchange_count"))
    return counts.filter(asking).with_columns(evidence="template_" + pl.col("variable")).select(_CARRIERS)


def _measured(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """What was tested on the group as a whole, by kind of evidence."""
    kinds = pl.DataFrame(
        [(kind.measure, kind.name) for kind in EVIDENCE_KINDS.values() if kind.measure],
        schema={"measure": pl.String, "evidence": pl.String},
        orient="row",
    )
    tests = read_frame(
        connection,
        "SELECT group_id, measure, value, baseline, q_value FROM links.group_tests ORDER BY group_id, measure",
    )
    return tests.join(kinds, on="measure").select("group_id", "evidence", "value", "baseline", "q_value")
