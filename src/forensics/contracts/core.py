"""Tables of the step core: each day's exchanges summed per account, so that looking back is adding up days."""

import dataframely as dy

from forensics.contracts.tables import LONG_TEXT, table

SIGNAL_FAMILIES = ("payment", "network", "organisation", "device", "content")
"""Independence families: two values of one family may come from one cause, two families rarely do."""


def share(description: str, *, nullable: bool = False) -> dy.Float64:
    """A column that holds a share between 0 and 1."""
    return dy.Float64(min=0, max=1, nullable=nullable, description=description)


TEMPLATE_PARTS = ("head", "tail", "system", "middle", "frame")
"""Parts of a prompt that a template may fix."""


class Day(dy.Schema):
    """What every daily table has: the day its rows come from."""

    snapshot_date = dy.Date(primary_key=True, description="UTC day the row sums up.")


@table("core", kind="derived", grain="account and day", daily=True)
class AccountDays(Day):
    """What an account did on a day, as sums that can be added up over days.

    Rates of these over the window stand in features.accounts. None accuses by itself, and a day says less than a month.
    """

    account_id = dy.String(primary_key=True, description="Account.")
    exchange_count = dy.Int64(
        min=1,
        description="Exchanges of the day, refused and failed ones included. Collecting takes many; so do production"
        " services.",
    )
    ok_count = dy.Int64(
        min=0, description="Exchanges that were answered: what could be collected. Nearly all of anybody's."
    )
    refused_count = dy.Int64(
        min=0,
        description="Exchanges that the model refused. Many where techniques are tried out; also in safety research and"
        " in clumsy phrasing.",
    )
    rate_limited_count = dy.Int64(
        min=0,
        description="Exchanges that were rate-limited. Many where quotas are used to the full, and then others take"
        " over; also in batch jobs.",
    )
    error_count = dy.Int64(
        min=0,
        description="Exchanges that failed. A prompt sent again after one is no roll-out; many also in faulty clients.",
    )
    input_tokens = dy.Int64(
        min=0,
        description="Tokens read, sum. Many where rubrics, traces or repositories are sent; also for long documents.",
    )
    output_tokens = dy.Int64(
        min=0,
        description="Tokens written, sum. Many where reasoning is collected, few for verdicts; many also for writing.",
    )
    thinking_count = dy.Int64(
        min=0,
        description="Exchanges that asked for visible reasoning. Many where reasoning is collected; also where it is an"
        " application's default.",
    )
    tool_exchange_count = dy.Int64(
        min=0,
        description="Exchanges that offered tools. Many where agents' work is collected; also in agents people build"
        " for themselves.",
    )
    image_exchange_count = dy.Int64(
        min=0,
        description="Exchanges that sent images. Many where answers on images are collected; also for reading"
        " receipts.",
    )
    conversation_turn_count = dy.Int64(
        min=0,
        description="Exchanges that continue a conversation. Few for lists worked off, many for relayed people; few"
        " also for batch work, and many for anybody who chats.",
    )
    prompt_characters = dy.Int64(
        min=0,
        description="Characters of prompts, sum. Alike in each exchange of one list; also of one application.",
    )
    distinct_prompt_count = dy.Int64(
        min=1,
        description="Distinct prompts of the day. As many as exchanges for lists worked off, few for roll-outs; as many"
        " also for chat, and few for regression suites.",
    )
    model_count = dy.Int64(
        min=1, description="Distinct models called. Several where models are compared, as evaluators do, too."
    )
    address_count = dy.Int64(
        min=0,
        description="Distinct addresses used. Many behind rotating proxies; also on the move, and for a company's"
        " seats.",
    )
    reasoning_request_count = dy.Int64(
        min=0,
        description="Exchanges that ask to write reasoning out, in the prompt or the system prompt. What a student"
        " model learns from; also in teaching and debugging.",
    )
    grading_request_count = dy.Int64(
        min=0,
        description="Exchanges that ask to grade, score or compare answers. Many where the model is a judge for"
        " training; also at evaluation firms.",
    )
    trace_cleaning_request_count = dy.Int64(
        min=0,
        description="Exchanges that ask to tidy or judge recorded reasoning. Many where training data are made ready;"
        " also at data labellers.",
    )
    policy_rewriting_request_count = dy.Int64(
        min=0,
        description="Exchanges that ask for wording a censor or regulator would pass. Many where answers are made to"
        " fit a state's line; also in public relations and moderation.",
    )
    agentic_request_count = dy.Int64(
        min=0,
        description="Exchanges of agents: repositories, tools, devices, simulated users and environments. Many where"
        " agents' work is collected; also in products built on agents.",
    )
    safety_probing_request_count = dy.Int64(
        min=0,
        description="Exchanges on what models refuse, dangerous or only dangerous-sounding. Many where refusals are"
        " mapped; also in security research and crime fiction.",
    )
    first_at = dy.Datetime(
        description="First exchange of the day, UTC. Just after midnight where nobody sleeps; also for services."
    )
    last_at = dy.Datetime(description="Last exchange of the day, UTC. Just before midnight where that is.")


@table("core", kind="derived", grain="account and hour", daily=True)
class AccountHours(Day):
    """Exchanges of an account per hour, the grain on which timing is judged."""

    account_id = dy.String(primary_key=True, description="Account.")
    hour = dy.Int64(primary_key=True, min=0, max=23, description="Hour of the day, UTC.")
    exchange_count = dy.Int64(min=1, description="Exchanges in the hour.")


@table("core", kind="derived", grain="account, minute and model", daily=True, stored_as="parquet")
class AccountMinutes(Day):
    """Exchanges of an account per minute and model, the grain on which accounts are compared in time."""

    account_id = dy.String(primary_key=True, description="Account.")
    minute = dy.Int64(primary_key=True, min=0, max=1439, description="Minute of the day, UTC.")
    model = dy.String(primary_key=True, description="Model that was called.")
    exchange_count = dy.Int64(min=1, description="Exchanges in the minute.")
    opening_count = dy.Int64(min=0, description="Exchanges among them that continue no conversation.")
    rate_limited_count = dy.Int64(min=0, description="Exchanges among them that were rate-limited.")


@table("core", kind="derived", grain="account and day", daily=True)
class AccountRhythms(Day):
    """Sessions of an account and gaps between its exchanges on a day, as sums that can be added up over days."""

    account_id = dy.String(primary_key=True, description="Account.")
    session_count = dy.Int64(min=1, description="Runs of exchanges no more than half an hour apart.")
    session_seconds = dy.Int64(min=0, description="Length of these runs, sum of whole seconds.")
    gap_count = dy.Int64(min=0, description="Gaps between one exchange and the next of the day.")
    gap_seconds = dy.Int64(min=0, description="These gaps, sum of whole seconds.")
    gap_seconds_squared = dy.Int64(min=0, description="Sum of their squares.")
    round_minute_count = dy.Int64(min=0, description="Exchanges in the minutes :00, :15, :30 and :45.")


@table("core", kind="derived", grain="account, signal value and day", daily=True)
class SignalDays(Day):
    """Values an account was seen with on a day and might share with others: how it pays, where from, with what."""

    account_id = dy.String(primary_key=True, description="Account.")
    signal_kind = dy.String(
        primary_key=True,
        description="payment_instrument, ip, ip_prefix, api_key, client_fingerprint, user_agent or conversation.",
    )
    signal_value = dy.String(primary_key=True, description="Value as it came in; an attacker may have written it.")
    use_count = dy.Int64(min=1, description="Exchanges, payments or states that carry the value.")
    first_at = dy.Datetime(description="First use on the day, UTC.")
    last_at = dy.Datetime(description="Last use on the day, UTC.")


@table("core", kind="derived", grain="account, template and day", daily=True, stored_as="parquet")
class TemplateDays(Day):
    """How often an account used a template on a day.

    A template is text that two or more distinct prompts of the day share for sixty units (twelve words, twenty Han
    characters) from the start, from the end, as a line or sentence, or as the system prompt; or five of them for forty
    where the line that they begin or end with is no longer, or the sentence, if a third of them go on alike.
    """

    account_id = dy.String(primary_key=True, description="Account.")
    template_id = dy.String(primary_key=True, description="Template: part and hash of its fixed text.")
    exchange_count = dy.Int64(min=1, description="Exchanges of the account that carry the template.")
    distinct_prompt_count = dy.Int64(min=1, description="Distinct prompts among them.")
    fill_count = dy.Int64(min=1, description="Distinct fills among them: what the prompt says beside its fixed parts.")
    repeat_count = dy.Int64(
        min=0,
        description="Exchanges among them that repeat a long prompt of the account after it was answered: roll-outs.",
    )
    refused_count = dy.Int64(min=0, description="Exchanges among them that the model refused.")
    reasoning_request_count = dy.Int64(min=0, description="Exchanges among them that ask to write reasoning out.")
    grading_request_count = dy.Int64(min=0, description="Exchanges among them that ask to grade or compare answers.")
    trace_cleaning_request_count = dy.Int64(
        min=0, description="Exchanges among them that ask to tidy or judge recorded reasoning."
    )
    policy_rewriting_request_count = dy.Int64(
        min=0, description="Exchanges among them that ask for wording a censor or regulator would pass."
    )
    agentic_request_count = dy.Int64(min=0, description="Exchanges among them of agents, tools and repositories.")
    safety_probing_request_count = dy.Int64(min=0, description="Exchanges among them on what models refuse.")


@table("core", kind="derived", grain="template and day", daily=True)
class Templates(Day):
    """Templates of a day with the fixed text an investigator reads. Unrelated payers stand in features.templates."""

    template_id = dy.String(primary_key=True, description="Template: part and hash of its fixed text.")
    part = dy.Enum(
        list(TEMPLATE_PARTS),
        description="Part of the prompt that is fixed: head (beginning), tail (end), system prompt, middle (a line or"
        " sentence) or frame (the few first and last words).",
    )
    text = dy.String(
        metadata=LONG_TEXT,
        description="Fixed text, lower case, slots shown as {number}, {quote}, {link}, {code}, {hash}; 400 characters.",
    )
    exchange_count = dy.Int64(min=1, description="Exchanges that carry it.")
    distinct_prompt_count = dy.Int64(min=1, description="Distinct prompts among them.")
    account_count = dy.Int64(min=1, description="Accounts that used it.")
    first_at = dy.Datetime(description="First use on the day, UTC.")
    last_at = dy.Datetime(description="Last use on the day, UTC.")


@table("core", kind="derived", grain="account, capability and day", daily=True)
class CapabilityDays(Day):
    """What an account's exchanges of the day asked for; one exchange may ask for several capabilities."""

    account_id = dy.String(primary_key=True, description="Account.")
    capability = dy.String(
        primary_key=True, description="Capability of the taxonomy (core/capabilities/taxonomy.toml)."
    )
    exchange_count = dy.Int64(min=1, description="Exchanges that asked for it.")
    classifier_id = dy.String(description="Classifier that found it, with the hash of its weights and taxonomy.")


@table("core", kind="derived", grain="exchange and capability", daily=True, stored_as="parquet")
class ExchangeCapabilities(Day):
    """What an exchange asks for, each capability on a row of its own; its prompt is in raw.exchanges."""

    exchange_id = dy.String(primary_key=True, description="Exchange.")
    account_id = dy.String(description="Account that sent it.")
    capability = dy.String(
        primary_key=True, description="Capability of the taxonomy (core/capabilities/taxonomy.toml)."
    )


@table("core", kind="derived", grain="exchange and template", daily=True, stored_as="parquet")
class ExchangeTemplates(Day):
    """Which templates an exchange follows, one for each part of its prompt that is fixed."""

    exchange_id = dy.String(primary_key=True, description="Exchange.")
    account_id = dy.String(description="Account that sent it.")
    template_id = dy.String(primary_key=True, description="Template: part and hash of its fixed text.")
    part = dy.Enum(list(TEMPLATE_PARTS), description="Part of the prompt that is fixed.")
    fill_number = dy.Int64(
        min=1,
        description="Which of the account's fills of the template on the day: first those that core.fill_days has, in"
        " the order of their hash, then the others. Equal where the account sent the same item.",
    )


@table("core", kind="derived", grain="table and day", daily=True)
class DailyFiles(Day):
    """Which Parquet file holds each day's rows of the tables that are kept in files."""

    table_name = dy.String(primary_key=True, description="Table of the schema core.")
    file_name = dy.String(description="Name of the file, with the hash of its content.")


@table("core", kind="derived", grain="pair of templates and day", daily=True, stored_as="parquet")
class TemplatePairs(Day):
    """How often two templates lay on one exchange: the beginning and the end of one request belong together."""

    template_id = dy.String(primary_key=True, description="Template with the smaller id.")
    other_template_id = dy.String(primary_key=True, description="Template with the larger id.")
    exchange_count = dy.Int64(min=1, description="Exchanges that follow both.")


@table("core", kind="derived", grain="account, template, fill and day", daily=True, stored_as="parquet")
class FillDays(Day):
    """What filled each template, per account; of very many fills a sample that is the same for all accounts."""

    account_id = dy.String(primary_key=True, description="Account.")
    template_id = dy.String(primary_key=True, description="Template: part and hash of its fixed text.")
    fill_hash = dy.Int64(
        primary_key=True,
        min=0,
        description="XXH64 (63 bits) of what the prompt says beside its fixed beginning and end, whatever its case and"
        " spaces, or of all of it under a fixed system prompt, where only those of sixty units and more are kept: equal"
        " where the same item was sent.",
    )
    sample_level = dy.Int64(
        min=0,
        max=62,
        description="Of the template's fills those whose hash is below 2 to the power of 63 less this were kept.",
    )
    use_count = dy.Int64(min=1, description="Exchanges of the account with this fill.")
    conversation_turn_count = dy.Int64(min=0, description="Exchanges among them that continue a conversation.")


@table("core", kind="derived", grain="account, long prompt and day", daily=True, stored_as="parquet")
class PromptDays(Day):
    """Long prompts (sixty units and more) word for word; of very many a sample that is the same for all accounts."""

    account_id = dy.String(primary_key=True, description="Account.")
    prompt_hash = dy.Int64(primary_key=True, min=0, description="XXH64 (63 bits) of the prompt, byte for byte.")
    sample_level = dy.Int64(
        min=0,
        max=62,
        description="Of the day's prompts those whose hash is below 2 to the power of 63 less this were kept.",
    )
    use_count = dy.Int64(min=1, description="Exchanges of the account with this prompt.")


@table("core", kind="derived", grain="sampled exchange", daily=True, stored_as="parquet")
class PromptSamples(Day):
    """A few prompts of an account and day as vectors, those of the smallest hash; days merge by taking the smallest.

    Bytes of a vector are whole numbers: topic first, then form; each part is scaled to length one when it is read.
    """

    account_id = dy.String(primary_key=True, description="Account.")
    exchange_id = dy.String(primary_key=True, description="Exchange whose prompt it is.")
    sample_rank = dy.String(
        regex="^[0-9a-f]{12}$",
        description="First 12 digits of the md5 of account and exchange id; the smallest are kept.",
    )
    embedder_id = dy.String(description="Embedder with the hash of its weights; vectors of two are never compared.")
    vector = dy.Binary(description="One signed byte a number: the embedder's topic, then 128 of hashed word pairs.")
    phrases = dy.Binary(description="Four unsigned 32-bit numbers, little-endian: smallest hashes of its word triples.")


@table("core", kind="derived", grain="template of a sampled prompt", daily=True, stored_as="parquet")
class SampleTemplates(Day):
    """Which templates the sampled prompts follow: what an account asks beside shared texts can be told apart."""

    account_id = dy.String(primary_key=True, description="Account.")
    exchange_id = dy.String(primary_key=True, description="Sampled exchange.")
    template_id = dy.String(primary_key=True, description="Template it follows, one for each part that is fixed.")


@table("core", kind="derived", grain="account and day", daily=True)
class SampleDays(Day):
    """What the day's sampled prompts of an account hold together."""

    account_id = dy.String(primary_key=True, description="Account.")
    embedder_id = dy.String(description="Embedder that made the day's vectors.")
    sample_count = dy.Int64(min=1, description="Prompts sampled; the setting prompts_per_account_day is the most.")
    compressed_prompt_count = dy.Int64(
        min=0, max=4, description="Prompts compressed together: 4, or 0 where fewer were sampled."
    )
    prompt_bytes = dy.Int64(min=0, description="Bytes of their excerpts, 320 characters each at most.")
    compressed_bytes = dy.Int64(min=0, description="Bytes of the same compressed (zlib, level 1).")
    letters = dy.Binary(
        description="Counts of letter classes in the first four prompts, one unsigned byte each: what contents are"
        " written with, which comparisons take out and nothing scores."
    )
    public_item_lists = dy.String(
        nullable=True, description="Lists of public items they were compared with; null if there were none."
    )


@table("core", kind="derived", grain="sampled exchange and list of public items", daily=True)
class PublicItems(Day):
    """Sampled prompts that hold a known public item, such as a benchmark's question; the one it holds most of.

    Exact copies speak for an evaluator, mutations in number for a harvest that varies seeds.
    """

    account_id = dy.String(primary_key=True, description="Account.")
    exchange_id = dy.String(primary_key=True, description="Exchange whose prompt holds it.")
    item_list = dy.String(primary_key=True, description="List, with twelve digits of its file's SHA-256.")
    item = dy.Int64(min=1, description="Line of the item in the source of the list.")
    overlap = dy.Enum(
        ["exact", "mutated"],
        description="exact: nine tenths of the item's runs of four words stand in the prompt; mutated: a third do once"
        " all numbers count alike, and something is changed inside. A part word for word is neither.",
    )
    overlap_share = share("Runs of the item found over runs it has of its own, as the kind of overlap counts them.")


@table("core", kind="derived", grain="day", daily=True)
class DayLoads(Day):
    """What each day's sums stand on; when any of it is another now, the next run sums the days up anew."""

    load_id = dy.String(description="Load in force when the day was summed up.")
    classifier_id = dy.String(description="What told what prompts ask for, with the hash of weights and taxonomy.")
    embedder_id = dy.String(description="Embedder of the sampled prompts, with the hash of its weights.")
    public_item_lists = dy.String(
        nullable=True, description="Lists of public items, with twelve digits of their hashes; null if there were none."
    )
    definition_id = dy.String(
        description="Digest of the modules and queries that made the day's tables; comments and layout do not count."
    )
