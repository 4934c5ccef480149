"""How far the evidence favours a finding over each innocent explanation, as a band: a bound, at most so far.

A likelihood ratio needs to know how often each explanation brings such evidence about. Nobody knows that here, so what
is printed is a bound that needs less:

- Evidence that the rival would bring about as well weighs nothing.
- Evidence that it leaves unexplained is chance under the rival. A chance of p is worth at most 1 : −e p ln p against
  chance (Sellke, Bayarri and Berger 2001). q stands in the place of p: it pays for all groups that were looked at.
  Kinds of one cause count once, and none for more than `MOST_OF_ONE_CAUSE`: no null is known to hold further out.
- Where the rival needs something (most accounts under one name, say), what is seen is weighed by the Bayes factor of
  "the share lies above what it needs" against "the share may be anything" (Klugkist and Hoijtink 2007).

What a band was worth in known cases is counted apart, see `calibration.py`; without such counts it is uncalibrated.

The bands' names follow the scale of ENFSI's guideline for evaluative reporting (2015), cut off at strong. A bound of
weak is a verdict: more cannot be said for the finding. A bound of strong only says that this does not speak against it.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

from forensics.links.evidence import EVIDENCE_KINDS
from forensics.reports.group_facts import RECURRING_ITEMS, GroupFacts
from forensics.reports.rivals import (
    MOSTLY,
    NIGHTLY,
    ONE_CUSTOMER,
    ONE_FAMILY,
    PROGRAMME,
    TENANTS,
    Rival,
)

MOST_OF_ONE_CAUSE = 1000.0
"""Ratio that one cause, or what a rival needs, counts for at most: beyond, the null itself is likelier to be wrong."""

BANDS = ((math.log10(2), "none"), (1.0, "weak"), (2.0, "moderate"), (3.0, "moderately_strong"), (math.inf, "strong"))
"""Upper end of each band on the decimal logarithm of the ratio, and its name."""


class Need(NamedTuple):
    """What a rival needs: the share that is seen, of how many units, and the share from which it is enough."""

    share: float
    units: int
    enough: float


NEEDS: dict[str, Callable[[GroupFacts], Need | None]] = {
    "one_customer": lambda facts: Need(facts.customer_share, facts.account_count, ONE_CUSTOMER),
    "sister_companies": lambda facts: Need(facts.family_share, facts.account_count, ONE_FAMILY),
    "class_or_hackathon": lambda facts: Need(facts.education_share, facts.account_count, PROGRAMME),
    "researchers": lambda facts: Need(facts.research_share, facts.account_count, PROGRAMME),
    "platform_tenants": lambda facts: Need(
        min(facts.organisation_count / facts.account_count, 1.0), facts.account_count, TENANTS
    ),
    # Exchanges of one account are alike: as many units as there are accounts, and no more.
    "business_with_stock": lambda facts: _seen(
        facts.item_recurrence if facts.item_recurrence is not None else facts.resent_share,
        facts.account_count,
        RECURRING_ITEMS,
    ),
    "evaluator": lambda facts: _seen(facts.public_item_share, facts.account_count, MOSTLY),
    "regression_suite": lambda facts: _seen(facts.item_day_share, facts.item_day_count or 0, NIGHTLY),
}
"""Rivals that need something that can be counted, and how to count it; the others need nothing, or an absence."""


def _seen(share: float | None, units: int, enough: float) -> Need | None:
    return None if share is None or not units else Need(share, units, enough)


class Support(NamedTuple):
    """What the evidence favours, by how much at most (decimal logarithm, positive for the finding), and the band."""

    favours: str
    band: str
    log_ratio_bound: float


def support(facts: GroupFacts, rival: Rival) -> Support:
    """How far the evidence of a group favours its finding over a rival, at most.

    Args:
        facts: of the group.
        rival: plausible or not; one that lacks what it needs is weighed down by that.
    """
    limit = math.log10(MOST_OF_ONE_CAUSE)
    by_cause: dict[str, float] = {}
    for name in sorted(facts.held - rival.explains):
        cause = EVIDENCE_KINDS[name].cause
        by_cause[cause] = max(by_cause.get(cause, 0.0), min(log_bound(facts.shown[name].q_value), limit))
    need = NEEDS[rival.name](facts) if rival.name in NEEDS else None
    ratio = sum(by_cause.values()) - (max(min(_log_factor(need), limit), -limit) if need else 0.0)
    band = next(name for end, name in BANDS if abs(ratio) < end)
    favours = "neither" if band == "none" else "finding" if ratio > 0 else "rival"
    return Support(favours, band, round(ratio, 6))


def log_bound(p: float) -> float:
    """Decimal logarithm of the most that a chance of p can be worth against chance; 0 from p = 1/e on."""
    if p >= 1 / math.e:
        return 0.0
    if p <= 0:
        return math.inf
    return -math.log10(-math.e * p * math.log(p))


def _log_factor(need: Need) -> float:
    """Decimal logarithm of the Bayes factor for the share lying where the rival needs it, against lying anywhere."""
    from scipy.special import betaincc

    hits = need.share * need.units
    inside = float(betaincc(hits + 1.0, need.units - hits + 1.0, need.enough))
    return math.log10(max(inside, 1e-300) / (1.0 - need.enough))
