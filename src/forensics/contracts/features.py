"""Tables of the step features: what an account is like over the window, in numbers an investigator can read."""

import dataframely as dy

from forensics.contracts.core import TEMPLATE_PARTS, share
from forensics.contracts.tables import LONG_TEXT, table


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
    text = dy.String(metadata=LONG_TEXT, description="Its fixed text with slots shown; 400 characters.")
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
        " Divided by sample_count it is the mean prompt. Each vector has length one, so sum and count hold the trace of"
        " the second moment, too: it is topic_spread and form_spread."
    )
    topic_spread = dy.Float64(
        min=0,
        max=2,
        nullable=True,
        description="Mean cosine distance of two of its prompts by topic, 0–2. Compare within one language only: the"
        " default embedder finds prompts in other languages than English alike. Large where many people's prompts come"
        " through; also for one person of many interests.",
    )
    form_spread = dy.Float64(
        min=0,
        max=2,
        nullable=True,
        description="The same by phrasing (hashed word pairs), 0–2, in every language alike. Small for one instruction"
        " with a list of items; also for any application with one prompt.",
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
    moment_sum = dy.Binary(
        description="Sum of the second moments of their phrasing along eight fixed directions: the upper triangle row"
        " by row, 36 signed 32-bit numbers, little-endian, 128² to a prompt; a group's is its members' sum."
    )
    effective_directions = dy.Float64(
        min=1,
        max=8,
        nullable=True,
        description="Effective number of directions of that: 1 / mean squared cosine of two different prompts, 1–8;"
        " null below eight prompts. Low where one instruction is filled in; also for any application with one prompt,"
        " and for one person who writes briefly.",
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
    breadth_evenness_share = share(
        "Logarithm of effective_prompts over that of eight: 1 where no two are alike. High and low as that is.",
        nullable=True,
    )
    effective_topics = dy.Float64(
        min=1,
        max=8,
        nullable=True,
        description="Effective number of different topics among eight prompts (Vendi score of order 1 on the embedder's"
        " vectors), 1–8, mean over disjoint eights; null below eight prompts. High where one instruction is swept over"
        " topics or many people's prompts come through; also for one person of many interests. With the default"
        " embedder compare within one language only, as topic_spread.",
    )
    topics_low = dy.Float64(
        min=1, max=8, nullable=True, description="Lower end of its 95 % interval, as that of effective_prompts."
    )
    topics_high = dy.Float64(min=1, max=8, nullable=True, description="Upper end of that interval.")
    distinct_phrase_share = share(
        "Distinct over all smallest hashes of word triples among eight prompts, four a prompt, 1/8–1. Low where one"
        " template is filled in; also low for forms, alerts and nightly tests.",
        nullable=True,
    )
    phrase_entropy_share = share(
        "Entropy of the same over its largest value: 1 where no phrase comes twice. Low and innocent as that is.",
        nullable=True,
    )
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
    overlap_observed = dy.Float64(
        min=0, description="Fills that two accounts have in common, summed over pairs of accounts."
    )
    overlap_expected = dy.Float64(
        min=0, description="The same for independent draws from a pool as large as all that was drawn (hypergeometric)."
    )
    overlap_ratio = dy.Float64(
        min=0,
        nullable=True,
        description="Observed over expected: far below 1 a work queue dealt out, or items that everybody makes up anew;"
        " above 1 a class, a benchmark, an application's recurring items.",
    )
    repeat_count = dy.Int64(
        min=0, description="fill_count less distinct_fill_count: fills of an account that another one has already."
    )
    repeat_expected = dy.Float64(min=0, description="The same for independent draws.")
    overlap_p = dy.Float64(
        min=0,
        max=1,
        nullable=True,
        description="Two-sided p of repeat_count: independent draws without replacement, normal approximation;"
        " null where fewer than 10 are expected, 2.2e-308 where it is that or less.",
    )
    reissued_share = share(
        "Uses of a fill that was used before over uses (1 − distinct_fill_count / use_count). Low for a list worked off"
        " once, high for a store that is replayed; also high for nightly suites and popular questions."
    )
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
        description="Least-squares slope of log uses of a fill over log rank, first 1000 ranks: 0 is even, as of a list"
        " worked off and of what is always new; −1 is Zipf's law, as of what users ask. Null below 20 fills.",
    )
    repeat_share = share(
        "Exchanges that repeat a long prompt of the account after it was answered, over exchanges: roll-outs, several"
        " answers to one prompt to choose from. Also high for nightly suites and for users who press again."
    )
