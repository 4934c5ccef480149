"""Tables on organisations in the steps features and links: who is the same, who owns whom, what the rule says.

They hold places (headquarters, jurisdictions): ownership is a claim of its own, and no score reads them.
"""

import dataframely as dy

from forensics.contracts.tables import table

VERDICTS = ("seed", "met_both", "met_cascade", "met_lookthrough", "not_met", "undetermined", "data_error")
MET = VERDICTS[:4]
DECISIONS = ("same", "different", "undecided")


def percent(description: str, *, nullable: bool = False) -> dy.Float64:
    """A column that holds a share in percent."""
    return dy.Float64(min=0, max=100, nullable=nullable, description=description)


@table("features", kind="derived", grain="decision on two organisations")
class OrganisationDecisions(dy.Schema):
    """What people decided on whether two organisations are one, read from the state folder's log of decisions."""

    decision_number = dy.Int64(primary_key=True, min=1, description="Place in the log; later ones overrule.")
    organisation_a = dy.String(description="Organisation; its own facts come first where the two disagree.")
    organisation_b = dy.String(description="The other organisation.")
    decision = dy.Enum(list(DECISIONS), description="Same, different, or undecided again.")
    decided_by = dy.String(description="Who decided, as they wrote it.")
    reason = dy.String(description="Why, as they wrote it.")
    decided_at = dy.Datetime(description="When, UTC.")
    is_in_force = dy.Bool(description="Whether no later decision on the same two overrules it.")


@table("features", kind="derived", grain="pair of organisations that share a key")
class OrganisationPairs(dy.Schema):
    """Records that share a register entry, a domain or a form of their name, with all that speaks for and against."""

    organisation_a = dy.String(primary_key=True, description="The organisation with the smaller id.")
    organisation_b = dy.String(primary_key=True, description="The other organisation.")
    shared = dy.String(
        description="Keys in common, the strongest first, comma-separated: lei, registration_number, domain, name,"
        " name_sound (in Latin letters), name_stem (without place and trade)."
    )
    agreeing = dy.String(description="These keys and equal places, comma-separated.")
    contradicting = dy.String(description="Facts that differ, and stakes in each other, comma-separated; may be empty.")
    is_same_entry = dy.Bool(description="Whether a register entry agrees and nothing contradicts: they are merged.")


@table("features", kind="derived", grain="organisation of the newest register")
class OrganisationIdentities(dy.Schema):
    """Which organisations are one: records with the same register entry, or that a person called the same."""

    organisation_id = dy.String(primary_key=True, description="Organisation as it came in.")
    identity_id = dy.String(description="Organisation that stands for all records of it; itself if there is one.")
    basis = dy.Enum(
        ["lei", "registration_number", "domain", "decision"],
        nullable=True,
        description="What ties this record to another; the strongest if several, null for a single record.",
    )
    record_count = dy.Int64(min=1, description="Records of the same organisation, this one included.")
    name = dy.String(nullable=True, description="Name as registered, on one line; 200 characters.")
    kind = dy.String(nullable=True, description="What it is, as registered.")
    headquarters = dy.String(nullable=True, description="Country of headquarters, alpha-2.")
    jurisdiction = dy.String(nullable=True, description="Country of incorporation, alpha-2.")


@table("links", kind="derived", grain="pair of organisations that may be one")
class OrganisationCandidates(dy.Schema):
    """Pairs for a person to look at: alike, and not merged. Nothing here has an effect before somebody decides."""

    organisation_a = dy.String(primary_key=True, description="The organisation with the smaller id.")
    organisation_b = dy.String(primary_key=True, description="The other organisation.")
    name_a = dy.String(nullable=True, description="Its name, on one line; 200 characters.")
    name_b = dy.String(nullable=True, description="The other's name, on one line; 200 characters.")
    matched_by = dy.Enum(
        ["lei", "registration_number", "domain", "name", "name_sound", "name_stem"],
        nullable=True,
        description="The strongest agreement: register entry or domain (with something that speaks against it), the"
        " name without its legal form, its transliteration, or its stem without place and trade; null: a"
        " decision alone.",
    )
    agreeing = dy.String(description="Everything that agrees, comma-separated.")
    contradicting = dy.String(description="What speaks against one organisation, comma-separated; may be empty.")
    account_count = dy.Int64(min=0, description="Accounts of either.")
    decision = dy.Enum(list(DECISIONS), nullable=True, description="What was decided; null: nothing yet.")


@table("links", kind="derived", grain="organisation with an owner on record")
class OwnershipVerdicts(dy.Schema):
    """What the ownership rule says of each organisation, both readings with bounds, and what the answer hangs on."""

    organisation_id = dy.String(primary_key=True, description="Organisation.")
    identity_id = dy.String(description="Organisation that stands for all its records.")
    verdict = dy.Enum(list(VERDICTS), description="The rule's answer.")
    attributed_percent_min = percent("Share by cascade, lower bound, percent.")
    attributed_percent_max = percent("Share by cascade, upper bound, percent.")
    effective_percent_min = percent("Share by look-through, lower bound, percent.")
    effective_percent_max = percent("Share by look-through, upper bound, percent.")
    unknown_percent = percent("Upper less lower bound by look-through: what nobody has on record.")
    margin_percent = dy.Float64(
        nullable=True, description="Deciding bound less the threshold, percentage points; null where none decides."
    )
    valid_from = dy.Date(nullable=True, description="First day on which the verdict holds.")
    valid_to = dy.Date(nullable=True, description="First day on which it no longer holds.")
    interval_is_minimum = dy.Bool(description="Whether it may hold longer: more changes are on record than followed.")
    controlling_organisation_id = dy.String(nullable=True, description="Restricted organisation at the path's end.")
    seed_basis = dy.Enum(
        ["headquarters", "incorporation", "listed"], nullable=True, description="What restricts that organisation."
    )
    deciding_stake_count = dy.Int64(min=0, description="Stakes without any one of which the rule would not be met.")
    deciding_complete = dy.Bool(description="Whether all stakes upstream were tried, or only the direct ones.")
    control_indicated = dy.Bool(description="Restricted organisations have votes, seats or contracts: for counsel.")
    headquarters_missing = dy.Bool(description="No headquarters on record; incorporation stood in if known.")
    undated = dy.Bool(description="A stake without any date is among those it rests on.")
    indirect_unexplained = dy.Bool(description="Somebody declares more indirectly than the direct stakes explain.")
    near_threshold_unresolved = dy.Bool(description="Too close to the threshold, in too large a ring, to decide.")
    rule_in_force = dy.Bool(description="Whether the rule binds on the as-of day.")
    profile = dy.String(description="Rule that was applied.")
    profile_version = dy.String(description="Its version, as its file states it.")
    profile_fingerprint = dy.String(regex="^[0-9a-f]{64}$", description="SHA-256 over everything the rule says.")


@table("links", kind="derived", grain="organisation that the rule bars")
class BarredOrganisations(dy.Schema):
    """Organisations that the rule bars on the as-of day, seeds included; none while the rule is not in force."""

    organisation_id = dy.String(primary_key=True, description="Organisation.")
    identity_id = dy.String(description="Organisation that stands for all its records.")
    name = dy.String(nullable=True, description="Name as registered.")
    jurisdiction = dy.String(nullable=True, description="Country of incorporation, alpha-2.")
    verdict = dy.Enum(list(MET), description="Which reading is met.")
    controlling_organisation_id = dy.String(nullable=True, description="Restricted organisation at the path's end.")
    controlling_jurisdiction = dy.String(nullable=True, description="Country it is headquartered in, alpha-2.")
    seed_basis = dy.Enum(
        ["headquarters", "incorporation", "listed"], nullable=True, description="What restricts that organisation."
    )
    attributed_percent = percent("Share by cascade, lower bound, percent.", nullable=True)
    effective_percent = percent("Share by look-through, lower bound, percent.", nullable=True)
    path = dy.String(nullable=True, description="Path from the controlling organisation, with shares.")
    threshold_percent = percent("Share that a reading had to pass.")
    rule = dy.String(description="Profile and version the verdict was reached under.")


@table("links", kind="derived", grain="step of a path that carries a verdict")
class OwnershipPaths(dy.Schema):
    """The stakes from the controlling organisation down, and those that count beside them at each step."""

    organisation_id = dy.String(primary_key=True, description="Organisation whose verdict it is.")
    step = dy.Int64(primary_key=True, min=1, description="1 is furthest up.")
    owner_id = dy.String(primary_key=True, description="Who holds the stake.")
    owned_id = dy.String(primary_key=True, description="In whom.")
    reading = dy.Enum(["cascade", "lookthrough"], description="Reading that the path carries.")
    role = dy.Enum(["path", "joint"], description="On the path, or a further stake that counts at its step.")
    percent_min = percent("Lower bound of the stake.")
    percent_max = dy.Float64(min=0, description="Upper bound of the stake.")
    attributed_percent = percent("Share of the owned organisation by cascade, lower bound.")
    effective_percent = percent("Share of the owned organisation by look-through, lower bound.")
    valid_from = dy.Date(nullable=True, description="First day on which all rows of the stake hold.")
    valid_to = dy.Date(nullable=True, description="First day on which one of them no longer does.")
    source = dy.String(nullable=True, description="Where the stake is recorded.")
    is_deciding = dy.Bool(description="Whether the verdict falls without it.")
    is_complete = dy.Bool(description="Whether the whole path is listed.")


@table("links", kind="derived", grain="pair of owner and owned on the as-of day")
class OwnershipStakes(dy.Schema):
    """Direct shareholdings as the rule counted them: records merged, tranches added, sources reconciled."""

    owner_id = dy.String(primary_key=True, description="Who holds the stake.")
    owned_id = dy.String(primary_key=True, description="In whom.")
    percent_min = dy.Float64(min=0, description="Lower bound, percent.")
    percent_max = dy.Float64(min=0, description="Upper bound, percent; equal to the lower one where it is exact.")
    percent_min_exclusive = dy.Bool(description="Whether the lower bound itself is excluded.")
    percent_max_exclusive = dy.Bool(description="Whether the upper bound itself is excluded.")
    valid_from = dy.Date(nullable=True, description="First day on which all its rows hold.")
    valid_to = dy.Date(nullable=True, description="First day on which one of them no longer does.")
    source = dy.String(nullable=True, description="Where it is recorded.")


@table("links", kind="derived", grain="stake that a verdict hangs on")
class OwnershipDecidingStakes(dy.Schema):
    """For each organisation that meets the rule the stakes without any one of which it would not."""

    organisation_id = dy.String(primary_key=True, description="Organisation that meets the rule.")
    owner_id = dy.String(primary_key=True, description="Who holds the stake.")
    owned_id = dy.String(primary_key=True, description="In whom.")


@table("links", kind="derived", grain="faulty stake")
class OwnershipFaults(dy.Schema):
    """Rows of the register that cannot be right, with what was done about each."""

    owner_id = dy.String(nullable=True, description="Who holds the stake.")
    owned_id = dy.String(nullable=True, description="In whom.")
    fault = dy.String(description="What is wrong.")
    treatment = dy.String(description="What was done about it.")


@table("links", kind="derived", grain="organisation in a family of companies")
class ControllingOrganisations(dy.Schema):
    """Who heads each family of companies: the end of the chain of owners that directly hold more than half.

    Wherever anybody sits: whose sister somebody is does not depend on the rule or on places.
    """

    organisation_id = dy.String(primary_key=True, description="Organisation; heads stand under themselves.")
    controlling_organisation_id = dy.String(description="Head of the family; may be a natural person.")
    step_count = dy.Int64(min=0, description="Majority holdings between the two; 0 for the head.")
