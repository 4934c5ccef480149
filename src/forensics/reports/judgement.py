"""The rules of confidence, in one place: what it takes to accuse, and what forbids it.

A group is accused (high or moderate) only on behaviour *and* on links that do not come from behaviour. What formed a
group is never its only evidence: the text of a group found by its template says nothing more about who holds it. One
customer is no hydra, whatever it shares with itself. Geography, language and nationality appear nowhere.

    control     high        two families beside content, payment or registration among them, each carried by COVERAGE
                            of the members; addresses and e-mail domains together count as one, since colleagues
                            and pupils share both for one innocent reason
                moderate    payment or registration and, beside it, evenly spread load or a rare template across payers
                low         anything less: strangers share addresses and clients, and one text has many readers
    extraction  high        two measures of what is asked, each with q below SIGNIFICANT and a large effect
                moderate    one
    relay       low         breadth of many people round the clock, and no extraction: a busy company shows the same
    finding     the lower of control and of extraction or relay; a lead (low) where control is undetermined
"""

from dataclasses import dataclass, field
from typing import Any

import duckdb
import polars as pl

from forensics.links.group_tests import EXTRACTION_MEASURES, LOAD_MEASURE, RELAY_MEASURE
from forensics.warehouse.tables import read_frame
from forensics.window import Window

SIGNIFICANT = 0.01
"""q-value below which a fact counts."""

COVERAGE = 0.35
"""Share of members that must carry shared values of a family: below, a campaign and a coincidence look alike."""

EFFECT_PREVALENCE = 0.8
"""Chance that a random member lies above a random other account, from which a measure is large."""

EFFECT_FLOOR = 0.05
"""Mean of a measure over the members below which it is too little to matter, however unusual."""

EFFECT_LIFT = 3.0
"""Lift from which a shared value counts."""

EVEN_LOAD = 0.8
"""Index of dispersion below which load is spread more evenly than chance."""

ONE_CUSTOMER = 0.8
"""Share of members under one name (an organisation, else a mail domain of their own) that makes them one customer: who
opens accounts under one name does not hide that they are his, and can be asked."""

PROGRAMME = 0.5
"""Share of members in a research or education programme from which that explains what they ask."""

HARD_FAMILIES = frozenset({"payment", "organisation"})
"""Families whose values somebody has to hold: who pays, and whose mail or name an account was registered with."""

ONE_CAUSE = frozenset({"network", "organisation"})
"""Families that an office, a school or a household brings about together."""

LEVELS = ("undetermined", "low", "moderate", "high")
EXPLAINING_PROGRAMMES = ("security_research", "education")


@dataclass(frozen=True)
class Judgement:
    """What is held of one group.

    Attributes:
        group_id: the group.
        kind: coordinated_extraction or relay.
        control, extraction, organisation: confidence in each claim, one of `LEVELS`.
        confidence: confidence in the finding.
        families: share of members per non-hub family with significant shared values.
        customer_share: share of members under their most common name, an organisation or else a private mail domain.
        programme_share: share of members in a programme that explains what they ask.
        measures: the group's tests by measure.
    """

    group_id: str
    kind: str
    control: str
    extraction: str
    organisation: str
    confidence: str
    families: dict[str, float] = field(default_factory=dict)
    customer_share: float = 0.0
    programme_share: float = 0.0
    measures: dict[str, dict[str, Any]] = field(default_factory=dict)


def judge_groups(connection: duckdb.DuckDBPyConnection, window: Window) -> list[Judgement]:
    """Judge every candidate group; groups that nothing is held of are left out.

    Args:
        connection: with the tables of the step links and raw.accounts.
        window: the run's days.
    """
    families = _families(connection)
    composition = _composition(connection, window)
    tests = read_frame(connection, "SELECT * FROM links.group_tests ORDER BY group_id, measure")
    by_group: dict[str, dict[str, dict[str, Any]]] = {}
    for row in tests.iter_rows(named=True):
        by_group.setdefault(row["group_id"], {})[row["measure"]] = row
    groups = read_frame(connection, "SELECT group_id, formed_by FROM links.groups ORDER BY group_id")
    judged = [
        _judge(group_id, formed_by, families.get(group_id, {}), by_group.get(group_id, {}), *composition[group_id])
        for group_id, formed_by in groups.iter_rows()
    ]
    return [judgement for judgement in judged if judgement is not None]


def _judge(
    group_id: str,
    formed_by: str,
    families: dict[str, float],
    measures: dict[str, dict[str, Any]],
    customer_share: float,
    programme_share: float,
) -> Judgement | None:
    linking = [name for name, share in families.items() if name != "content" and share >= COVERAGE]
    load = measures.get(LOAD_MEASURE)
    is_even = load is not None and load["q_value"] < SIGNIFICANT and load["value"] <= EVEN_LOAD
    is_same_text = families.get("content", 0.0) >= COVERAGE
    # Text that formed the group says nothing more about who holds it.
    beside = is_even or (is_same_text and formed_by != "template")
    control = _control(linking, beside)
    asked = [name for name in EXTRACTION_MEASURES if _is_large(measures.get(name))]
    extraction = ("undetermined", "moderate", "high")[min(len(asked), 2)]
    is_relay = not asked and _is_large(measures.get(RELAY_MEASURE))
    if not asked and not is_relay:
        return None
    claim = "low" if is_relay else extraction
    confidence = max(min(control, claim, key=LEVELS.index), "low", key=LEVELS.index)
    if customer_share >= ONE_CUSTOMER or programme_share >= PROGRAMME:
        confidence = "low"
    return Judgement(
        group_id=group_id,
        kind="relay" if is_relay else "coordinated_extraction",
        control=control,
        extraction=extraction,
        organisation="undetermined",
        confidence=confidence,
        families=families,
        customer_share=customer_share,
        programme_share=programme_share,
        measures=measures,
    )


def _control(linking: list[str], beside: bool) -> str:
    if HARD_FAMILIES.intersection(linking):
        is_one_cause = len(linking) == 1 or ONE_CAUSE.issuperset(linking)
        return ("moderate" if beside else "low") if is_one_cause else "high"
    return "low" if linking or beside else "undetermined"


def _is_large(test: dict[str, Any] | None) -> bool:
    return (
        test is not None
        and test["q_value"] < SIGNIFICANT
        and test["value"] >= EFFECT_PREVALENCE
        and test["group_mean"] >= EFFECT_FLOOR
    )


def _families(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, float]]:
    """Share of members that carry a significant shared value, per group and family."""
    rows = read_frame(
        connection,
        """
        SELECT group_id, family, COUNT(DISTINCT account_id) / ANY_VALUE(groups.account_count) AS share
        FROM links.group_signals
        JOIN links.groups USING (group_id)
        JOIN links.group_accounts USING (group_id)
        JOIN links.account_signals USING (account_id, signal_kind, signal_value)
        WHERE NOT is_hub AND q_value < $significant AND lift >= $lift
        GROUP BY group_id, family
        ORDER BY group_id, family
        """,
        significant=SIGNIFICANT,
        lift=EFFECT_LIFT,
    )
    found: dict[str, dict[str, float]] = {}
    for group_id, family, share in rows.iter_rows():
        found.setdefault(group_id, {})[family] = share
    return found


def _composition(connection: duckdb.DuckDBPyConnection, window: Window) -> dict[str, tuple[float, float]]:
    """Share of members under their most common name, and in a programme that explains what they ask.

    The name is the organisation; where none is known, the mail domain unless a crowd of accounts shares it.
    """
    members = read_frame(
        connection,
        """
        SELECT group_id, account_id, state.programme,
               COALESCE('organisation ' || NULLIF(state.organisation_id, ''), 'domain ' || domain.signal_value) AS name
        FROM links.group_accounts LEFT JOIN (
            SELECT account_id, organisation_id, email_domain, programme FROM raw.accounts
            WHERE snapshot_date BETWEEN $first AND $last
            QUALIFY row_number() OVER (PARTITION BY account_id ORDER BY snapshot_date DESC) = 1
        ) AS state USING (account_id)
        LEFT JOIN links.signals AS domain
            ON domain.signal_kind = 'email_domain' AND NOT domain.is_hub
           AND domain.signal_value = SUBSTR(LOWER(state.email_domain), 1, 200)
        ORDER BY group_id, account_id
        """,
        first=window.first,
        last=window.as_of,
    )
    size = pl.len()
    shares = members.group_by("group_id", maintain_order=True).agg(
        (pl.col("name").drop_nulls().unique_counts().max().fill_null(0) / size).alias("customer_share"),
        (pl.col("programme").is_in(EXPLAINING_PROGRAMMES).fill_null(False).sum() / size).alias("programme_share"),
    )
    return {group_id: (customer, programme) for group_id, customer, programme in shares.iter_rows()}
