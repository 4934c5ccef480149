"""Tables of the step reports: findings with what speaks for and against each, as other tools read them."""

import dataframely as dy

from forensics.contracts.core import share
from forensics.contracts.features_of_accounts import FEATURE_NAMES, Accounts
from forensics.contracts.lineage import STATUSES
from forensics.contracts.lineage import VERDICTS as DECISION_VERDICTS
from forensics.contracts.ownership import VERDICTS
from forensics.contracts.tables import WALL_CLOCK, table

CLAIM_CONFIDENCES = ("high", "moderate", "low", "undetermined")


@table("reports", kind="derived", grain="finding")
class Findings(dy.Schema):
    """Groups of accounts, or organisations, that an investigator should look at, and how sure we are."""

    finding_id = dy.String(primary_key=True, description="Stable from day to day for the same group.")
    as_of = dy.Date(description="Last day that was looked at.")
    kind = dy.Enum(["coordinated_extraction", "relay", "barred_ownership"], description="What is claimed.")
    control_confidence = dy.Enum(
        list(CLAIM_CONFIDENCES), nullable=True, description="Confidence that one operator controls the accounts."
    )
    extraction_confidence = dy.Enum(
        list(CLAIM_CONFIDENCES), nullable=True, description="Confidence that outputs are collected to copy the model."
    )
    organisation_confidence = dy.Enum(
        list(CLAIM_CONFIDENCES), nullable=True, description="Confidence in the organisation behind the accounts."
    )
    confidence = dy.Enum(["high", "moderate", "low"], description="Confidence in the claim; low is a lead only.")
    score = dy.Float64(min=0, description="Order in which to look: highest first; no probability.")
    account_count = dy.Int64(min=0, description="Accounts in the finding.")
    exchange_count = dy.Int64(min=0, description="Their exchanges in the window.")
    first_seen = dy.Datetime(nullable=True, description="First exchange of theirs in the window, UTC.")
    last_seen = dy.Datetime(nullable=True, description="Last exchange of theirs in the window, UTC.")
    headline = dy.String(description="The finding in one sentence.")
    status = dy.Enum(
        list(STATUSES),
        description="Beside earlier runs: moved: other accounts go on with its work; split: a part that left another"
        " finding; merged: others went up in it; revived: was not found for a while; reopened: was cleared, and"
        " something is new; dormant: not found by this run, a lead whatever it was.",
    )
    decision = dy.Enum(list(DECISION_VERDICTS), nullable=True, description="What a person decided; null: nothing yet.")
    decided_at = dy.Datetime(nullable=True, description="When that was decided, UTC.")
    decided_by = dy.String(nullable=True, description="Who decided, as typed.")
    decided_finding_id = dy.String(
        nullable=True, description="Finding it was decided on: this one, or one it comes from."
    )


@table("reports", kind="derived", grain="account in a finding")
class FindingAccounts(dy.Schema):
    """Accounts of a finding and how firmly each belongs to it."""

    finding_id = dy.String(primary_key=True, description="Finding.")
    account_id = dy.String(primary_key=True, description="Account.")
    organisation_id = dy.String(nullable=True, description="Organisation the account belongs to.")
    role = dy.Enum(["core", "associated"], description="Core accounts carry the evidence themselves.")
    membership = share(
        "Chance that the account belongs to the group, from the evidence it carries and lacks (naive Bayes, even odds"
        " beforehand): it orders accounts and is no measured frequency."
    )
    exchange_count = dy.Int64(min=0, description="Exchanges of the account in the window.")


@table("reports", kind="derived", grain="signal shared in a finding")
class FindingSignals(dy.Schema):
    """Values that the accounts of a finding share, beside how many others share them; of a kind the 200 clearest."""

    finding_id = dy.String(primary_key=True, description="Finding.")
    signal_kind = dy.String(primary_key=True, description="payment_instrument, ip, organisation, prompt_template, …")
    signal_value = dy.String(primary_key=True, description="Value as it came in; an attacker may have written it.")
    accounts_sharing = dy.Int64(min=1, description="Accounts of the finding with the value.")
    accounts_sharing_outside = dy.Int64(min=0, description="Other accounts with the value.")
    lift = dy.Float64(min=0, description="Accounts with the value over those expected at random.")
    p_value = share("Hypergeometric upper tail.")
    q_value = share("The same after Benjamini–Hochberg over all tests of the run.")


@table("reports", kind="derived", grain="statement for or against a finding")
class FindingEvidence(dy.Schema):
    """One plain sentence per fact, for or against, with its value and its baseline."""

    finding_id = dy.String(primary_key=True, description="Finding.")
    statement_number = dy.Int64(primary_key=True, min=1, description="Order in which to read.")
    stance = dy.Enum(["supports", "contradicts"], description="Whether it speaks for the finding or against it.")
    statement = dy.String(description="The fact as a sentence.")
    measure = dy.String(description="What was measured.")
    value = dy.Float64(nullable=True, description="Measured value.")
    baseline = dy.Float64(nullable=True, description="What would be expected otherwise.")
    source_table = dy.String(nullable=True, description="Table the figures come from; null where there are none.")
    source_key = dy.String(nullable=True, description="Columns and values, as JSON, that choose its rows there.")


@table("reports", kind="derived", grain="innocent explanation of a finding")
class FindingRivals(dy.Schema):
    """What else could be behind each finding: what it needs, what it would explain, and what it would leave."""

    finding_id = dy.String(primary_key=True, description="Finding.")
    rival = dy.String(primary_key=True, description="Innocent explanation, as listed in reports/rivals.py.")
    title = dy.String(description="The explanation as a sentence.")
    is_plausible = dy.Bool(description="Whether what it needs is seen; others cannot lower the confidence.")
    needs = dy.String(description="What must be seen for it to be plausible.")
    explains = dy.String(description="Kinds of evidence of the finding that it would bring about, comma-separated.")
    leaves = dy.String(description="Kinds of evidence that it would not.")
    confidence_left = dy.Enum(
        ["high", "moderate", "low"],
        nullable=True,
        description="Confidence in the finding if it were true; the finding's is the lowest of these. Null if not"
        " plausible.",
    )
    favours = dy.Enum(["finding", "rival", "neither"], description="Which of the two the evidence speaks for.")
    band = dy.Enum(
        ["none", "weak", "moderate", "moderately_strong", "strong"],
        description="How far it does at most, on the scale of reports/support.py: none below 2 : 1, weak below 10 : 1,"
        " moderate below 100 : 1, moderately strong below 1,000 : 1, strong from there on.",
    )
    log_ratio_bound = dy.Float64(
        description="Decimal logarithm of the bound on the likelihood ratio, positive for the finding. Evidence that"
        " the rival explains weighs 0; evidence it leaves, 1 : −e q ln q at most, once a cause; what it needs, a Bayes"
        " factor."
    )
    calibration = dy.Enum(
        ["calibrated", "uncalibrated"],
        description="uncalibrated: a bound that follows from stated chances, not from known cases. calibrated: the file"
        " in the setting band_calibration says how often the band came with right and with false findings of simulated"
        " worlds, as `forensics evaluate WORLD REPORTS --calibration FILE` counts them.",
    )
    calibration_group_count = dy.Int64(
        nullable=True, min=1, description="Groups, right findings and false ones, that it was counted on."
    )
    observed_log_ratio = dy.Float64(
        nullable=True,
        description="Decimal logarithm of the share of right findings with this band against this rival over that of"
        " false ones: the band's own likelihood ratio in those worlds. It says nothing about other worlds.",
    )
    observed_log_ratio_low = dy.Float64(nullable=True, description="Lower end of its 95 % interval.")
    observed_log_ratio_high = dy.Float64(nullable=True, description="Upper end of its 95 % interval.")
    check = dy.String(description="How an investigator can tell.")


@table("reports", kind="derived", grain="bystander of a finding")
class FindingBystanders(dy.Schema):
    """Accounts that have something in common with a finding's, and do not belong to it: not accused."""

    finding_id = dy.String(primary_key=True, description="Finding.")
    account_id = dy.String(primary_key=True, description="Account beside it.")
    carried = dy.String(description="Kinds of evidence it does carry, comma-separated.")
    reason = dy.String(description="Why it is not accused, in words.")
    pool_id = dy.String(
        nullable=True,
        description="Pool in links.pools that it shares with most accounts of the finding; null if they share none.",
    )


class _Scored(dy.Schema):
    account_id = dy.String(primary_key=True, description="Account.")
    as_of = dy.Date(description="Last day that was looked at.")
    extraction_score = dy.Float64(
        min=0,
        max=1,
        description="Orders accounts: half for the mean rank of its extraction features among all, half for membership"
        " in a finding of extraction or relay, two thirds of that at moderate and one third in a lead, nothing where"
        " control is undetermined; on its own no accusation.",
    )
    cluster_id = dy.Int64(nullable=True, min=-1, description="Cluster on the map of behaviour; -1 is noise.")


AccountScores = table("reports", kind="derived", grain="account with enough activity")(
    type(
        "AccountScores",
        (_Scored,),
        {
            "__doc__": "Each account's extraction score, cluster and features.",
            "__module__": __name__,
            **{name: Accounts.columns()[name] for name in FEATURE_NAMES},
        },
    )
)


@table("reports", kind="derived", grain="organisation that meets the ownership rule")
class BarredOrganisations(dy.Schema):
    """Organisations that the ownership rule bars, with the path that carries the verdict."""

    organisation_id = dy.String(primary_key=True, description="Organisation.")
    name = dy.String(nullable=True, description="Name as registered, on one line; 200 characters.")
    jurisdiction = dy.String(nullable=True, description="Country of incorporation, alpha-2.")
    verdict = dy.Enum(["seed", "met_both", "met_cascade", "met_lookthrough"], description="Which reading is met.")
    controlling_organisation_id = dy.String(nullable=True, description="Restricted organisation at the path's end.")
    controlling_jurisdiction = dy.String(nullable=True, description="Country it is headquartered in, alpha-2.")
    seed_basis = dy.Enum(
        ["headquarters", "incorporation", "listed"], nullable=True, description="What restricts that organisation."
    )
    attributed_percent = dy.Float64(nullable=True, description="Share by cascade, lower bound, percent.")
    effective_percent = dy.Float64(nullable=True, description="Share by look-through, lower bound, percent.")
    path = dy.String(
        nullable=True, description="Path from the controlling organisation, with shares; 1,000 characters."
    )
    threshold_percent = dy.Float64(min=0, max=100, description="Share that a reading had to pass, percent.")
    rule = dy.String(description="Profile and version the verdict was reached under.")


@table("reports", kind="derived", grain="organisation with an owner on record")
class OwnershipVerdicts(dy.Schema):
    """What the ownership rule says of each organisation, with lower and upper bounds for both readings."""

    organisation_id = dy.String(primary_key=True, description="Organisation.")
    verdict = dy.Enum(list(VERDICTS), description="The rule's answer.")
    attributed_percent_min = dy.Float64(nullable=True, description="Share by cascade, lower bound, percent.")
    attributed_percent_max = dy.Float64(nullable=True, description="Share by cascade, upper bound, percent.")
    effective_percent_min = dy.Float64(nullable=True, description="Share by look-through, lower bound, percent.")
    effective_percent_max = dy.Float64(nullable=True, description="Share by look-through, upper bound, percent.")
    unknown_percent = dy.Float64(
        nullable=True, description="Upper less lower bound by look-through, percent: what nobody has on record."
    )
    valid_from = dy.Date(nullable=True, alias="from", description="First day on which the verdict holds.")
    valid_to = dy.Date(nullable=True, alias="to", description="First day on which it no longer holds.")
    margin_percent = dy.Float64(
        nullable=True, description="Deciding bound less the threshold, percentage points; null where none decides."
    )
    controlling_organisation_id = dy.String(nullable=True, description="Restricted organisation at the path's end.")
    control_indicated = dy.Bool(description="Restricted organisations have votes, seats or contracts: for counsel.")
    profile = dy.String(description="Rule that was applied.")
    profile_version = dy.String(description="Its version, as its file states it.")
    profile_fingerprint = dy.String(regex="^[0-9a-f]{64}$", description="SHA-256 over everything the rule says.")


@table("reports", kind="derived", grain="kind of evidence")
class EvidenceAvailability(dy.Schema):
    """Which evidence the run had, and which was not available: missing data clears nobody."""

    source_table = dy.String(primary_key=True, description="Snapshot table.")
    day_count = dy.Int64(min=0, description="Days of the window on which it had rows.")
    row_count = dy.Int64(min=0, description="Its rows in the window, or on the as-of day for a state.")
    statement = dy.String(description="What follows for the findings.")


@table("reports", kind="log", grain="account in a finding of a past run")
class FindingHistory(dy.Schema):
    """Members of every finding at every as-of date, from which a group keeps its id."""

    as_of = dy.Date(primary_key=True, description="As-of date of the run.")
    finding_id = dy.String(primary_key=True, description="Finding.")
    account_id = dy.String(primary_key=True, description="Account.")
    role = dy.Enum(["core", "associated"], nullable=True, description="As in reports.finding_accounts.")
    membership = share("As in reports.finding_accounts.", nullable=True)


@table("reports", kind="log", grain="run that was published")
class Runs(dy.Schema):
    """Runs whose results are in this warehouse."""

    as_of = dy.Date(primary_key=True, description="Last day that was looked at.")
    window_from = dy.Date(description="First day that was looked at.")
    loads_fingerprint = dy.String(description="SHA-256 over the loads in force in the window.")
    settings_fingerprint = dy.String(description="SHA-256 over the settings that change results.")
    code_version = dy.String(description="Version of the package.")
    finding_count = dy.Int64(min=0, description="Findings of the run.")
    run_id = dy.String(metadata=WALL_CLOCK, description="Dagster's id of the run.")
    finished_at = dy.Datetime(metadata=WALL_CLOCK, description="When the reports were complete, UTC.")
