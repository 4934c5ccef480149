"""Tables of findings over time: what each was at every as-of date, what it came from, and what people decided."""

import dataframely as dy

from forensics.contracts.core import SIGNAL_FAMILIES, share
from forensics.contracts.tables import table

STATUSES = ("new", "continuing", "grown", "shrunk", "moved", "split", "merged", "revived", "reopened", "dormant")
"""What a finding in reports.findings is, beside those of earlier runs."""

ENDED = ("closed", "absorbed")
"""States in which an id is remembered and no longer reported: dormant for too long, or part of another finding."""

RELATIONS = (
    "continues", "grown", "shrunk", "moved", "revived", "split_from", "merged_into", "dormant", "closed",
)  # fmt: skip

VERDICTS = ("confirmed", "cleared", "unsure")
KINDS = ("coordinated_extraction", "relay", "barred_ownership")


@table("reports", kind="log", grain="finding at an as-of date")
class FindingStates(dy.Schema):
    """What every finding was at every as-of date, those included that were left out of reports.findings."""

    as_of = dy.Date(primary_key=True, description="As-of date of the run.")
    finding_id = dy.String(primary_key=True, description="Finding.")
    kind = dy.Enum(list(KINDS), description="What was claimed.")
    status = dy.Enum(
        [*STATUSES, *ENDED],
        description="As in reports.findings; closed: dormant for too long; absorbed: merged into another finding.",
    )
    is_reported = dy.Bool(description="Whether the finding was in reports.findings; a cleared one is held back.")
    confidence = dy.Enum(["high", "moderate", "low"], description="Confidence when the group was last found.")
    account_count = dy.Int64(min=0, description="Accounts when the group was last found.")
    exchange_count = dy.Int64(min=0, description="Their exchanges in the window at that time.")
    supports = dy.String(description="Measures that spoke for it at that time, sorted, comma-separated.")
    last_found_on = dy.Date(description="As-of date on which the group was last found.")


@table("reports", kind="log", grain="signal value of a finding of a past run")
class FindingSignalHistory(dy.Schema):
    """Rare values that a finding's accounts shared, by which it is known again when its accounts were replaced."""

    as_of = dy.Date(primary_key=True, description="As-of date of the run.")
    finding_id = dy.String(primary_key=True, description="Finding.")
    signal_kind = dy.String(primary_key=True, description="Kind, as in links.account_signals.")
    signal_value = dy.String(primary_key=True, description="Value as it came in; an attacker may have written it.")
    family = dy.Enum(list(SIGNAL_FAMILIES), description="Independence family of the kind.")
    accounts_sharing = dy.Int64(min=1, description="Accounts of the finding with the value.")


@table("reports", kind="log", grain="finding and predecessor at an as-of date")
class FindingLineage(dy.Schema):
    """From which earlier finding each finding comes, by how much they overlap; a new finding has no row."""

    as_of = dy.Date(primary_key=True, description="As-of date of the run.")
    finding_id = dy.String(primary_key=True, description="Finding.")
    predecessor_finding_id = dy.String(
        primary_key=True, description="Earlier finding; the same id where the finding keeps it."
    )
    relation = dy.Enum(
        list(RELATIONS),
        description="continues, grown, shrunk: by accounts. moved: other accounts, linked. revived: was not found for a"
        " while. split_from: a part of the predecessor that got an id of its own. merged_into: the predecessor went up"
        " in the finding. dormant: not found. closed: not found for too long.",
    )
    predecessor_as_of = dy.Date(description="As-of date on which the predecessor was last found.")
    account_count = dy.Int64(min=0, description="Accounts of the finding; 0 when it was not found.")
    predecessor_account_count = dy.Int64(min=0, description="Accounts of the predecessor.")
    common_account_count = dy.Int64(min=0, description="Accounts of both.")
    overlap_share = share("Common accounts over the smaller of the two.")
    linked_share = share(
        "Share of the finding's accounts that carry the predecessor's rare values or are linked to its accounts;"
        " null where accounts alone decided.",
        nullable=True,
    )
    linked_by = dy.String(
        nullable=True, description="Families of those values, and edges; sorted, comma-separated; null as before."
    )


@table("reports", kind="derived", grain="decision of a person on a finding")
class Decisions(dy.Schema):
    """What people decided on findings: the log of the state folder as the run read it."""

    decision_number = dy.Int64(primary_key=True, min=1, description="Counts up in the order of deciding.")
    finding_id = dy.String(description="Finding that was decided on.")
    verdict = dy.Enum(list(VERDICTS), description="confirmed, cleared or unsure.")
    decided_at = dy.Datetime(description="When, UTC.")
    decided_by = dy.String(description="By whom, as typed.")
    reason = dy.String(description="Why, as typed; 2,000 characters.")
    as_of = dy.Date(description="As-of date on which the finding was last found when it was decided on.")
    account_count = dy.Int64(min=0, description="Its accounts then.")
    is_in_force = dy.Bool(description="Whether no later decision on the same finding replaced it.")
    held_back_count = dy.Int64(min=0, description="Groups that this run left out of the findings because of it.")
