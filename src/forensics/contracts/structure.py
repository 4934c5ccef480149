"""Tables on what holds groups together: single accounts, single families of values, and what is left without them."""

import dataframely as dy

from forensics.contracts.core import SIGNAL_FAMILIES, share
from forensics.contracts.reports import CLAIM_CONFIDENCES
from forensics.contracts.tables import table

EVIDENCE_FAMILIES = (*SIGNAL_FAMILIES, "timing", "demand")
"""Families of evidence: those of shared values, how accounts move together, and what they ask for."""


@table("links", kind="derived", grain="account that alone holds a candidate group together")
class GroupBridges(dy.Schema):
    """Accounts without which a group falls apart: whoever looks into a group asks first whether these belong."""

    group_id = dy.String(primary_key=True, description="Group.")
    account_id = dy.String(primary_key=True, description="Account that all links between two parts go through.")
    separated_count = dy.Int64(min=1, description="Members that the largest part loses with it, itself not counted.")
    separated_share = share("Those over all members.")


@table("links", kind="derived", grain="candidate group and independence family left out")
class GroupFamilies(dy.Schema):
    """What is left of each group's links without the values of one family, for the families that link it at all."""

    group_id = dy.String(primary_key=True, description="Group.")
    family = dy.Enum(list(SIGNAL_FAMILIES), primary_key=True, description="Family that is left out.")
    linked_count = dy.Int64(min=0, description="Members in the largest part that stays linked.")
    linked_share = share("Those over all members.")


@table("reports", kind="derived", grain="share that a finding's statements state")
class FindingCounts(dy.Schema):
    """How many of how many, for the shares that the statements of a finding count themselves."""

    finding_id = dy.String(primary_key=True, description="Finding.")
    measure = dy.String(primary_key=True, description="What is counted, as in reports.finding_evidence.")
    subject = dy.String(primary_key=True, description="Barred owner or decision that it is on; empty for all others.")
    counted_count = dy.Int64(min=0, description="Those counted: accounts; causes of the finding for leave_one_out.")
    total_count = dy.Int64(min=0, description="All that were looked at.")
    share = dy.Float64(min=0, max=1, description="Those over all; 0 where there are none.")


@table("reports", kind="derived", grain="finding on a group and family of evidence left out")
class FindingRobustness(dy.Schema):
    """What would be held of each finding without one family of its evidence: leave one family out, and judge again."""

    finding_id = dy.String(primary_key=True, description="Finding.")
    family = dy.Enum(list(EVIDENCE_FAMILIES), primary_key=True, description="Family of evidence that is left out.")
    evidence = dy.String(description="Kinds of evidence that counted and are left out with it, comma-separated.")
    linked_count = dy.Int64(
        nullable=True,
        min=0,
        description="Accounts of the group in the largest part that stays linked; null if the family links none.",
    )
    linked_share = share("Those over all accounts of the group.", nullable=True)
    control_without = dy.Enum(
        list(CLAIM_CONFIDENCES),
        nullable=True,
        description="Confidence in common control without it; null: there would be no finding.",
    )
    confidence_without = dy.Enum(
        ["high", "moderate", "low"],
        nullable=True,
        description="Confidence in the finding without it; null: there would be none.",
    )
