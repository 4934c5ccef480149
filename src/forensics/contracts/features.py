"""Tables of the step features: what an account is like over the window, in numbers an investigator can read."""

import dataframely as dy

from forensics.contracts.core import TEMPLATE_PARTS, share
from forensics.contracts.tables import table


@table("features", kind="derived", grain="account in use")
class Payers(dy.Schema):
    """Who pays for an account, as far as the snapshots say; accounts of one payer are no strangers to each other.

    In use is an account with an exchange or a payment in the window: all statistics are about these accounts.
    """

    account_id = dy.String(primary_key=True, description="Account.")
    payer_id = dy.String(
        description="The organisation if known, else the instrument used most, else the account itself."
    )
    payer_basis = dy.Enum(["organisation", "instrument", "account"], description="Which of the three it is.")
    organisation_id = dy.String(nullable=True, description="Organisation on the as-of day.")


@table("features", kind="derived", grain="template of core.templates")
class TemplateFamilies(dy.Schema):
    """Which templates are one instruction: its beginning and its end, and its variations with a phrase exchanged."""

    template_id = dy.String(primary_key=True, description="Template: part and hash of its fixed text.")
    family_id = dy.String(description="The most used template of its family; itself where it has no family.")


@table("features", kind="derived", grain="family of templates used by two payers or more")
class Templates(dy.Schema):
    """Templates over the window, variations taken together, and how many unrelated payers use each."""

    template_id = dy.String(
        primary_key=True, description="The family's most used template: part and hash of its fixed text."
    )
    part = dy.Enum(list(TEMPLATE_PARTS), description="Part of the prompt that it fixes.")
    text = dy.String(description="Its fixed text with slots shown; 400 characters.")
    variation_count = dy.Int64(min=1, description="Templates in the family: parts of one request, and variations.")
    exchange_count = dy.Int64(min=1, description="Exchanges that carry it.")
    asked_share = share(
        "Exchanges that ask for what they ask for most: reasoning, grading, trace cleaning, rewriting for a censor,"
        " agents' tasks, or what the model refuses."
    )
    account_count = dy.Int64(min=1, description="Accounts that used it.")
    payer_count = dy.Int64(min=1, description="Payers that used it.")
    payer_share = share("Payers that used it over all active payers.")
    first_on = dy.Date(description="First day it was used in the window.")
    last_on = dy.Date(description="Last day it was used in the window.")


@table("features", kind="derived", grain="account with a sampled prompt")
class PromptProfiles(dy.Schema):
    """What an account's sampled prompts are like: their vector and how varied they are, at a fixed number of them.

    Variety is of phrasing, which a learned embedding of few languages cannot bias: prompts in any language count alike.
    """

    account_id = dy.String(primary_key=True, description="Account.")
    embedder_id = dy.String(description="Embedder that made the vectors, with the hash of its weights.")
    sample_count = dy.Int64(
        min=1, description="Sampled prompts it rests on; the setting prompts_per_account is the most."
    )
    vector_sum = dy.Binary(
        description="Sum of their stored vectors, signed 32-bit numbers, little-endian; a group's is its members' sum."
    )
    topic_spread = dy.Float64(
        min=0,
        max=2,
        nullable=True,
        description="Mean cosine distance of two of its prompts by topic, 0–2. Compare within one language only: the"
        " default embedder finds prompts in other languages than English alike.",
    )
    form_spread = dy.Float64(
        min=0,
        max=2,
        nullable=True,
        description="The same by phrasing (hashed word pairs), 0–2, in every language alike.",
    )
    own_prompt_count = dy.Int64(
        min=0, description="Sampled prompts that follow no template which three payers or more use."
    )
    own_form_spread = dy.Float64(
        min=0,
        max=2,
        nullable=True,
        description="Mean cosine distance by phrasing of two of those, 0–2; null below eight. High where many people's"
        " prompts come through one account, as with resellers, and with one person of many interests.",
    )
    effective_prompts = dy.Float64(
        min=1, max=8, nullable=True,
        description="Effective number of different prompts among eight (Vendi score of order 1 on hashed word pairs),"
        " 1–8, mean over disjoint eights; null below eight prompts. High for relays, resellers and every busy person.",
    )  # fmt: skip
    breadth_low = dy.Float64(
        min=1,
        max=8,
        nullable=True,
        description="Lower end of its 95 % interval (Student's t over three eights or more).",
    )
    breadth_high = dy.Float64(min=1, max=8, nullable=True, description="Upper end of that interval.")
    breadth_evenness_share = share("Logarithm of effective_prompts over that of eight.", nullable=True)
    distinct_phrase_share = share(
        "Distinct over all smallest hashes of word triples among eight prompts, four a prompt, 1/8–1. Low where one"
        " template is filled in; also low for forms, alerts and nightly tests.",
        nullable=True,
    )
    phrase_entropy_share = share("Entropy of the same over its largest value.", nullable=True)
    compression_ratio = dy.Float64(
        min=0,
        nullable=True,
        description="Bytes of four prompts of a day compressed together over their bytes, summed over days; small where"
        " text repeats. Also small for tables and code, and larger for short prompts.",
    )


@table("features", kind="derived", grain="family of templates used by two payers or more")
class TemplateFills(dy.Schema):
    """What fills each template: items that are dealt out over accounts, one set for all, or what users make up."""

    template_id = dy.String(primary_key=True, description="Template, as in features.templates.")
    account_count = dy.Int64(min=2, description="Accounts with a fill.")
    use_count = dy.Int64(min=1, description="Exchanges, of the sampled fills.")
    sample_level = dy.Int64(min=0, max=62, description="Fills are one in 2 to this power, chosen by hash.")
    fill_count = dy.Int64(min=1, description="Distinct fills of each account, summed.")
    distinct_fill_count = dy.Int64(min=1, description="Distinct fills.")
    overlap_observed = dy.Float64(min=0, description="Fills that two accounts have in common, over pairs of accounts.")
    overlap_expected = dy.Float64(
        min=0, description="The same for independent draws from a pool as large as all that was drawn (hypergeometric)."
    )
    overlap_ratio = dy.Float64(
        min=0,
        nullable=True,
        description="Observed over expected: far below 1 a work queue dealt out, or items that everybody makes up anew;"
        " above 1 a class, a benchmark, an application's recurring items.",
    )
    repeat_count = dy.Int64(min=0, description="Fills of an account that another one has already.")
    repeat_expected = dy.Float64(min=0, description="The same for independent draws.")
    overlap_p = dy.Float64(
        min=0, max=1, nullable=True, description="Two-sided p of the repeats; null where fewer than 10 are expected."
    )
    reissued_share = share("Uses of a fill that was used before. Also high for nightly suites and popular questions.")
    growth_exponent = dy.Float64(
        min=0,
        max=1,
        nullable=True,
        description="Slope of log distinct fills over log uses (Heaps), from fills used once over fills: 1 is always"
        " new, 0 a finite set. Also 1 for anything that users write themselves. Null below 20 fills.",
    )
    zipf_slope = dy.Float64(
        max=0.0001,
        nullable=True,
        description="Slope of log frequency over log rank, first 1000 ranks: 0 is even, −1 Zipf's law as for what users"
        " ask. Null below 20 fills.",
    )
    repeat_share = share("Exchanges that repeat a long prompt of the account after it was answered: roll-outs.")


@table("features", kind="derived", grain="account with enough activity")
class Accounts(dy.Schema):
    """Features of every account with at least `minimum_exchanges` exchanges in the window."""

    account_id = dy.String(primary_key=True, description="Account.")
    payer_id = dy.String(description="Who pays, as in features.payers.")
    exchange_count = dy.Int64(min=1, description="Exchanges in the window.")
    active_day_count = dy.Int64(min=1, description="Days with at least one exchange.")
    exchanges_per_active_day = dy.Float64(min=1, description="Exchanges per active day.")
    input_tokens_mean = dy.Float64(min=0, description="Tokens read per exchange.")
    output_tokens_mean = dy.Float64(min=0, description="Tokens written per exchange.")
    prompt_characters_mean = dy.Float64(min=0, description="Characters per prompt.")
    refused_share = share("Refused exchanges. Also high in safety research and in clumsy phrasing.")
    rate_limited_share = share("Rate-limited exchanges. Also high in batch jobs.")
    thinking_share = share("Exchanges that ask for visible reasoning. Also high where it is an application's default.")
    tool_share = share("Exchanges that offer tools. Also high in agents people build for themselves.")
    image_share = share("Exchanges with images.")
    conversation_share = share("Exchanges that continue a conversation; low for batch work of every kind.")
    distinct_prompt_share = share("Distinct prompts (per day) per exchange; low for regression suites and roll-outs.")
    reasoning_share = share("Prompts that ask to write reasoning out. Also high in teaching and debugging.")
    grading_share = share("Prompts that ask to grade or compare answers. Also high at evaluation firms.")
    trace_cleaning_share = share("Prompts that ask to tidy or judge recorded reasoning. Also high at data labellers.")
    policy_rewriting_share = share(
        "Prompts that ask for wording a censor or regulator would pass. Also high in public relations and moderation."
    )
    agentic_share = share("Prompts of agents, repositories, tools and devices. Also high in products built on agents.")
    safety_probing_share = share("Prompts on what models refuse. Also high in security research and crime fiction.")
    addresses_per_active_day = dy.Float64(min=0, description="Distinct addresses per active day.")
    hour_entropy_share = share(
        "Evenness of the 24 hours (entropy over log 24); 1 is round the clock, also true of services."
    )
    night_share = share("Exchanges in the account's own six quietest consecutive hours, a quarter if flat.")
    sessions_per_active_day = dy.Float64(
        min=0,
        description="Runs of exchanges no more than 30 minutes apart, per active day. A service that never pauses has"
        " one, and so has a person with one question.",
    )
    session_minutes_mean = dy.Float64(
        min=0, description="Mean length of such a run, minutes. Long for relays, and for agents people leave running."
    )
    gap_burstiness = dy.Float64(
        min=-1,
        max=1,
        description="(σ − μ) / (σ + μ) of the gaps between exchanges within a day: −1 a metronome, 0 chance, towards 1"
        " bursts; 0 for fewer than two gaps. Low for dealt-out load, and for monitoring jobs.",
    )
    round_minute_share = share(
        "Exchanges in the minutes :00, :15, :30 and :45; 4 in 60 by chance. High for scheduled jobs of every kind."
    )
    daily_variation = dy.Float64(
        min=0,
        description="Standard deviation over mean of exchanges per day between first and last active day; 0 for one"
        " day. Low for work queues, and for production services.",
    )
    top_template_share = share("Share of the account's most used template. Also high for any app with one prompt.")
    template_entropy_bits = dy.Float64(min=0, description="Entropy of the templates of the account's prompts, bits.")
    template_rarity = dy.Float64(
        min=0,
        description="Sum over templates that unrelated payers share of the account's share of use × −ln(share of payers"
        " that use it): an app of one payer scores 0, a common framework little.",
    )
    cross_payer_share = share("Exchanges on templates shared with unrelated payers and used by few of all payers.")
    effective_prompts = dy.Float64(
        min=0,
        nullable=True,
        description="Effective number of different prompts among eight, 1–8 (features.prompt_profiles); null where"
        " fewer were sampled. High where many people's prompts pass through; also for anybody with varied work.",
    )
    distinct_phrase_share = share(
        "Distinct over all sampled phrases of eight prompts, 1/8–1. Low for one template with small fills; also for"
        " forms, alerts and nightly tests.",
        nullable=True,
    )
    compression_ratio = dy.Float64(
        min=0,
        nullable=True,
        description="Compressed over plain bytes of four prompts together. Small where text repeats; also for code.",
    )
    own_form_spread = dy.Float64(
        min=0,
        max=2,
        nullable=True,
        description="Mean distance by phrasing of two prompts that follow no template of several payers, 0–2"
        " (features.prompt_profiles); null below eight. High where an account carries many people's traffic; also for"
        " one person of many interests, and an account that a family or a team shares.",
    )
    public_item_exact_share = share(
        "Sampled prompts that hold a known public item word for word; null where no list was given. High at evaluation"
        " firms: counter-evidence. Also for teachers and for anybody who tries famous puzzles.",
        nullable=True,
    )
    public_item_mutated_share = share(
        "Sampled prompts that hold one with other numbers, names or conditions; null where no list was given. High"
        " where seeds are varied into training data. Also for teachers who vary exercises.",
        nullable=True,
    )


@table("features", kind="derived", grain="account with enough activity, and capability")
class AccountCapabilities(dy.Schema):
    """What an account asks for beside others of its kind; a capability it never asked for has no row."""

    account_id = dy.String(primary_key=True, description="Account.")
    capability = dy.String(
        primary_key=True, description="Capability of the taxonomy (core/capabilities/taxonomy.toml)."
    )
    exchange_count = dy.Int64(min=1, description="Exchanges in the window that asked for it.")
    share_of_exchanges = share("Exchanges that asked for it over all exchanges of the account.")
    share_low = share("Lower end of the 95 % interval (Wilson) of that share, exchanges taken as independent.")
    share_high = share("Upper end of that interval.")
    cohort = dy.String(description="Accounts it is compared with: of one channel, plan and size, or wider if few.")
    cohort_account_count = dy.Int64(min=0, description="Other accounts in the cohort.")
    cohort_share = share("Mean of the others' shares; each account counts once, whatever its volume.", nullable=True)
    location_quotient = dy.Float64(
        min=0,
        nullable=True,
        description="Share over cohort share; where no other asked for it, over half an exchange of them all. Above 1"
        " is more than others. Also high for any specialised product.",
    )
    location_quotient_low = dy.Float64(
        min=0, nullable=True, description="Lower end of its 95 % interval, from the spread over accounts."
    )
    location_quotient_high = dy.Float64(min=0, nullable=True, description="Upper end of that interval.")


FEATURE_NAMES = [name for name in Accounts.column_names() if name not in ("account_id", "payer_id")]
"""Feature columns in order; `reports.account_scores` carries the same."""
