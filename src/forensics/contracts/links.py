"""Tables of the step links: which accounts share what, how rare that is, and the groups that follow."""

import dataframely as dy

from forensics.contracts.core import SIGNAL_FAMILIES, share
from forensics.contracts.tables import table


@table("links", kind="derived", grain="account and signal value it shares with another")
class AccountSignals(dy.Schema):
    """Which account was seen with which shared value in the window; values of one account only are left out."""

    account_id = dy.String(primary_key=True, description="Account.")
    signal_kind = dy.String(
        primary_key=True,
        description="payment_instrument, ip, ip_prefix, signup_ip, api_key, client_fingerprint, user_agent,"
        " email_domain, disposable_email_domain, organisation, controlling_organisation, conversation, prompt or"
        " prompt_template.",
    )
    signal_value = dy.String(primary_key=True, description="Value as it came in; an attacker may have written it.")
    use_count = dy.Int64(min=1, description="Exchanges, payments or states that carry the value.")
    use_share = share("Share of the account's exchanges that carry it; null for payments and states.", nullable=True)
    first_at = dy.Datetime(description="First use in the window, UTC.")
    last_at = dy.Datetime(description="Last use in the window, UTC.")


@table("links", kind="derived", grain="signal value shared by two accounts or more")
class Signals(dy.Schema):
    """Values that accounts share in the window, how rare each is, and why some are set aside as hubs."""

    signal_kind = dy.String(primary_key=True, description="Kind, as in links.account_signals.")
    signal_value = dy.String(primary_key=True, description="Value as it came in; an attacker may have written it.")
    family = dy.Enum(list(SIGNAL_FAMILIES), description="Independence family of the kind.")
    account_count = dy.Int64(min=2, description="Accounts that share the value.")
    payer_count = dy.Int64(min=1, description="Unrelated payers among them.")
    bits = dy.Float64(min=0, description="Rarity: log2(accounts in all / accounts that share it).")
    network_kind = dy.String(nullable=True, description="What the address block of an address is used for, if known.")
    is_hub = dy.Bool(description="Whether too many accounts, or anybody, may share it for it to link any two.")
    hub_reason = dy.String(nullable=True, description="Why it is a hub; null if it is none.")
    first_at = dy.Datetime(description="First use in the window, UTC.")
    last_at = dy.Datetime(description="Last use in the window, UTC.")


@table("links", kind="derived", grain="layer and pair of accounts that is linked")
class Edges(dy.Schema):
    """Pairs that rare values link (infrastructure), or more passing values than chance (behaviour)."""

    layer = dy.Enum(
        ["behaviour", "infrastructure"],
        primary_key=True,
        description="behaviour: conversations handed over or prompts sent again; infrastructure: everything else.",
    )
    account_a = dy.String(primary_key=True, description="The account with the smaller id.")
    account_b = dy.String(primary_key=True, description="The other account.")
    bits = dy.Float64(
        min=0,
        description="Infrastructure: sum over families of the rarest shared value's bits. Behaviour: sum over all that"
        " they share.",
    )
    family_count = dy.Int64(min=1, description="Independence families that the pair shares values of.")
    families = dy.String(description="Those families, sorted, comma-separated.")
    shared_count = dy.Int64(min=1, description="Values of these families that the pair shares.")
    strongest_kind = dy.String(description="Kind of the rarest shared value.")
    strongest_value = dy.String(description="The rarest shared value.")
    signals = dy.String(
        description="Values that carry the edge, as JSON: a list of signal_kind and signal_value, the strongest first."
        " Infrastructure: the rarest value of each family, which bits adds up. Behaviour: one of each kind of which the"
        " pair shares more than chance gives."
    )
    first_at = dy.Datetime(
        description="When both accounts first had a value of these families in common, UTC; of prompts the day."
    )
    last_at = dy.Datetime(description="Last use of such a value by either, UTC; of prompts the day.")
    p_value = share(
        "Chance of as many shared values: hypergeometric for infrastructure (both accounts' rare values are drawn from"
        " all rare values at random), Poisson for behaviour."
    )
    q_value = share("The same after Benjamini–Hochberg over all pairs of accounts in use.")


@table("links", kind="derived", grain="candidate group")
class Groups(dy.Schema):
    """Candidate groups: sets of accounts to be judged, however they were found."""

    group_id = dy.String(primary_key=True, description="Hash of the members; changes with them.")
    formed_by = dy.Enum(
        ["behaviour", "infrastructure", "template"],
        description="What the group was found by; that alone is never its only evidence.",
    )
    account_count = dy.Int64(min=2, description="Members.")
    payer_count = dy.Int64(min=1, description="Unrelated payers among them.")
    organisation_count = dy.Int64(min=0, description="Organisations among them.")
    talk_share = share(
        "Mean over the members of the share of their exchanges that continue a conversation (features.accounts), null"
        " where it is known of none. Tells a list from talk: what people say to each answer comes but once, as items of"
        " a list do. High for staff at work, for resold chat and for agents, which go on with their conversations.",
        nullable=True,
    )
    stability = share(
        "Mean overlap (Jaccard) with the most similar group that is found when a fifth of the shared values is left"
        " out: near 1 for a real group, guilty or not; near 0 for a community of noise."
    )
    stability_draws = dy.Int64(min=0, description="Times that was done.")


@table("links", kind="derived", grain="account in a candidate group")
class GroupAccounts(dy.Schema):
    """Members of candidate groups."""

    group_id = dy.String(primary_key=True, description="Group.")
    account_id = dy.String(primary_key=True, description="Account.")


@table("links", kind="derived", grain="signal value in a candidate group")
class GroupSignals(dy.Schema):
    """Values that members of a group share, tested against chance."""

    group_id = dy.String(primary_key=True, description="Group.")
    signal_kind = dy.String(primary_key=True, description="Kind of the value.")
    signal_value = dy.String(primary_key=True, description="Value as it came in; an attacker may have written it.")
    family = dy.Enum(list(SIGNAL_FAMILIES), description="Independence family of the kind.")
    accounts_sharing = dy.Int64(min=1, description="Members with the value.")
    accounts_sharing_outside = dy.Int64(min=0, description="Accounts outside the group with the value.")
    expected = dy.Float64(min=0, description="Members expected with the value if it were spread at random.")
    lift = dy.Float64(min=0, description="Members with the value over those expected.")
    p_value = share("Hypergeometric upper tail: chance of as many members by luck.")
    q_value = share("The same after Benjamini–Hochberg over all tests of the run.")
    is_hub = dy.Bool(description="Whether the value is a hub and therefore no evidence of a link.")


@table("links", kind="derived", grain="candidate group with rare templates of its own")
class GroupItems(dy.Schema):
    """What each group sends under its rare templates: whether items come again, and in how many accounts."""

    group_id = dy.String(primary_key=True, description="Group.")
    account_count = dy.Int64(min=1, description="Members that use the templates.")
    item_count = dy.Int64(min=1, description="Distinct items (fills), of very many a sample.")
    use_count = dy.Int64(min=1, description="Exchanges that carry them.")
    sending_count = dy.Int64(
        min=1,
        description="Sendings: an item and a day, and an account unless items are dealt out, each to less than half of"
        " the members. Several answers to one item and retries are one sending.",
    )
    pair_count = dy.Int64(min=0, description="Pairs of sendings of the same item.")
    comparable_pair_count = dy.Int64(
        min=0, description="Pairs of sendings that could be of the same item: of items dealt out those of two days."
    )
    recurring_share = share(
        "Sendings whose item is sent more than once over all of them: near 0 for a list worked off once; high for an"
        " application, a benchmark, a nightly suite, and for stored prompts sent again."
    )
    several_accounts_share = share("Exchanges whose item comes in more than one account.")
    stock_size = dy.Float64(
        min=1, description="Items there are, seen or not, by those seen once and twice (Chao 1984)."
    )
    popularity = dy.Float64(
        min=0,
        description="Pairs of equal items over those that draws from such a stock give if all items are as likely:"
        " about 1 for a stock that is worked through, far more where some are popular, as with what people ask.",
    )
    day_share = share("Days an item comes on over the group's days, mean over exchanges; near 1 for a nightly suite.")
    day_count = dy.Int64(min=1, description="Days on which the templates were used.")
    anybody_recurring_share = share(
        "Sendings of the members' items, by members or by others who use the templates like them, whose item is sent"
        " more than once."
    )
    anybody_day_share = share("day_share over the same accounts.")
    anybody_later_share = share(
        "Exchanges of the same accounts whose item comes on more than one day: retries come on one, reruns on several."
    )
    anybody_account_count = dy.Int64(min=2, description="Those accounts, members included.")
    anybody_payer_count = dy.Int64(min=1, description="Unrelated payers among them.")
    item_turn_share = share(
        "Exchanges with the items that continue a conversation: talk and agents' runs are no list of items."
    )


@table("links", kind="derived", grain="candidate group that sends long prompts")
class GroupPrompts(dy.Schema):
    """How much of what each group sends word for word comes from several of its accounts."""

    group_id = dy.String(primary_key=True, description="Group.")
    use_count = dy.Int64(min=1, description="Exchanges with a long prompt, of very many a sample.")
    prompt_count = dy.Int64(min=1, description="Distinct prompts among them.")
    resent_share = share("Exchanges whose prompt comes from more than one account. Also high for classes and suites.")
    later_prompt_count = dy.Int64(min=0, description="Distinct prompts that another member sends on another day.")
    again_prompt_count = dy.Int64(
        min=0, description="The same and those that another member sends the same day, less calls that failed."
    )
    again_share = share(
        "Such prompts among the account-days of all. A store that is sent again; also classes and suites."
    )
    popularity = dy.Float64(
        nullable=True,
        min=0,
        description="Pairs of equal prompts over those that an evenly used stock would give: near 1 for a store, high"
        " where some are favourites, as people's questions and exercises are. A prompt counts once an account and day.",
    )
    day_share = share(
        "Share of the active days on which a prompt comes, from anybody, on average: 1 for a suite run every night."
    )
    day_count = dy.Int64(min=1, description="Days with a long prompt.")
    repeat_dispersion = dy.Float64(
        nullable=True,
        min=0,
        description="The same as popularity over the prompts that come again alone: 1 for an evenly used store whatever"
        " else the accounts send, more where some are favourites. Null where none comes again.",
    )


@table("links", kind="derived", grain="claim tested on a candidate group")
class GroupTests(dy.Schema):
    """Statistics of each group: what it does together, against a named null."""

    group_id = dy.String(primary_key=True, description="Group.")
    measure = dy.String(
        primary_key=True,
        description="What is measured. cohort_distance, for example, is how far a group's prompts lie from those of"
        " accounts of the same channel, plan and volume: the maximum mean discrepancy, the distance between"
        " both means of 256 random features of a Gaussian kernel on the prompts' vectors, from 0 (alike) to"
        " about 1.4, each account counted once and without what letters explain; only for groups with 1,000 sampled"
        " prompts and more, on fewer it says nothing. Campaigns ask for one thing and are far; so is every company or"
        " class with a subject of its own, so that it only corroborates.",
    )
    claim = dy.Enum(["control", "extraction", "relay"], description="Claim that the measure speaks to, or against.")
    value = dy.Float64(
        description="Rates: chance that a random member lies above a random other account. Otherwise the statistic"
        " itself: null_model says which."
    )
    baseline = dy.Float64(description="Value expected under the null.")
    low = dy.Float64(nullable=True, description="Lower end of the value's 95 % interval, where it has one.")
    high = dy.Float64(nullable=True, description="Upper end of the value's 95 % interval, where it has one.")
    group_mean = dy.Float64(nullable=True, description="Mean of the measure over the members.")
    other_mean = dy.Float64(nullable=True, description="Mean of the measure over all other accounts.")
    null_model = dy.String(description="The null the p-value refers to; where none is tested, what the baseline is.")
    sample_size = dy.Int64(min=0, description="Units the measure rests on.")
    p_value = share(
        "Chance of a value as extreme under the null. Null for measures that only describe what another one tests:"
        " release_persistence (share of calls on the new model from the second day on over that of the first day, of"
        " accounts that moved within it: 1 where the move stays, 0 where all go back) and release_new_prompts (share of"
        " long prompts, on days mostly on the new model, that no member sent before the release).",
        nullable=True,
    )
    q_value = share("The same after Benjamini–Hochberg over all tests of the run; null without p.", nullable=True)
    detail = dy.String(nullable=True, description="What was counted, for people.")


@table("links", kind="derived", grain="ordered pair of accounts of a candidate group of which one takes over")
class FailoverPairs(dy.Schema):
    """Which account of a group took over from which after a ban or a rate limit, where chance seldom does so."""

    group_id = dy.String(primary_key=True, description="Group.")
    from_account_id = dy.String(primary_key=True, description="Account that was banned or rate-limited.")
    to_account_id = dy.String(primary_key=True, description="Account that took over.")
    event = dy.Enum(
        ["ban", "rate_limit"],
        primary_key=True,
        description="What befell the first account. Bans that come within an hour of another are left out.",
    )
    reaction = dy.Enum(
        ["first_call", "more_calls"],
        description="first_call: the other's first call of the window, within 60 minutes. more_calls: more calls in the"
        " minutes after the event (60 after a ban, 5 after a rate limit) than in as many before.",
    )
    event_count = dy.Int64(min=1, description="Events of that kind.")
    followed_count = dy.Int64(min=1, description="Events that the reaction followed.")
    expected = dy.Float64(
        min=0,
        description="Events it would follow if they fell at nearly the same time of day on other days of the same kind"
        " on which the other account sent as much; its own calls stay where they are.",
    )
    delay_minutes = dy.Float64(
        min=0, description="Minutes from the event to the other account's next call, median over those followed."
    )
    p_value = share("Chance of as many events followed: Poisson binomial over the compared moments, all counted.")
    q_value = share("The same after Benjamini–Hochberg over all pairs of the run that were looked at, listed or not.")


@table("links", kind="derived", grain="kind of evidence in a candidate group")
class GroupEvidence(dy.Schema):
    """What each group shows, by kind of evidence, with how many members carry it; not all of it counts."""

    group_id = dy.String(primary_key=True, description="Group.")
    evidence = dy.String(primary_key=True, description="Kind of evidence, as listed in links/evidence.py.")
    claim = dy.Enum(["control", "extraction", "relay"], description="Claim that it speaks to, or against.")
    weight = dy.Enum(
        ["carries", "corroborates", "contradicts"],
        description="Whether it can carry a judgement, only goes with what others show, or speaks against the claim.",
    )
    value = dy.Float64(
        description="Shared values: members with the most significant one. Otherwise the value in links.group_tests."
    )
    baseline = dy.Float64(description="Value expected under the null.")
    q_value = share("q-value of the test; the smallest one where there are several values.")
    account_count = dy.Int64(
        nullable=True, min=0, description="Members that carry it; null if the group as a whole does."
    )
    coverage = share("Carriers over members; null if the group as a whole carries it.", nullable=True)


@table("links", kind="derived", grain="kind of evidence that an account of a group carries")
class GroupEvidenceAccounts(dy.Schema):
    """Which members carry which evidence of their group."""

    group_id = dy.String(primary_key=True, description="Group.")
    evidence = dy.String(primary_key=True, description="Kind of evidence.")
    account_id = dy.String(primary_key=True, description="Account that carries it.")
