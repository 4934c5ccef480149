"""Tables of the step raw: what a provider's daily snapshot brings, checked row by row, and how it was loaded."""

import dataframely as dy

from forensics.contracts.tables import SET_BY_LOADER, WALL_CLOCK, table

# [0-9], not \d: polars reads \d as any script's digits and DuckDB as ASCII; the same rule must mean the same in both.
ADDRESS = r"^([0-9]{1,3}(\.[0-9]{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)$"
ADDRESS_BLOCK = r"^([0-9]{1,3}(\.[0-9]{1,3}){3}/[0-9]{1,2}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*/[0-9]{1,3})$"
COUNTRY = r"^[A-Z]{2}$"

WITHIN_DAY = {"within_day": True}
"""Column metadata of the time at which an event happened: it must lie in the snapshot's day."""


class Snapshot(dy.Schema):
    """What every snapshot table has: the day it describes."""

    snapshot_date = dy.Date(
        primary_key=True,
        metadata=SET_BY_LOADER,
        description="UTC day of the snapshot folder the row came in.",
    )


@table("raw", kind="events", grain="exchange", daily=True, required=True, stored_as="parquet")
class Exchanges(Snapshot):
    """Calls to a model: one prompt, one answer's figures. The text stays in one Parquet file a day."""

    exchange_id = dy.String(primary_key=True, min_length=1, description="Identifies the exchange.")
    account_id = dy.String(min_length=1, description="Account that made the call.")
    occurred_at = dy.Datetime(metadata=WITHIN_DAY, description="When the call arrived, UTC, within the snapshot's day.")
    model = dy.String(min_length=1, description="Model that was called.")
    prompt = dy.String(description="The caller's last turn, as sent.")
    system_prompt = dy.String(nullable=True, description="System prompt, as sent.")
    input_tokens = dy.Int64(min=0, description="Tokens read by the model.")
    output_tokens = dy.Int64(min=0, description="Tokens written by the model, thinking included.")
    ip = dy.String(nullable=True, regex=ADDRESS, description="Caller's address, version 4 or 6.")
    user_agent = dy.String(nullable=True, description="Caller's user agent, as sent.")
    temperature = dy.Float64(nullable=True, description="Sampling temperature asked for.")
    thinking = dy.Bool(nullable=True, description="Whether visible reasoning was asked for.")
    tool_count = dy.Int64(nullable=True, min=0, description="Tools offered to the model.")
    image_count = dy.Int64(nullable=True, min=0, description="Images sent along.")
    outcome = dy.Enum(["ok", "refused", "rate_limited", "error"], description="How the call ended.")
    api_key_id = dy.String(nullable=True, description="Key that signed the call.")
    conversation_id = dy.String(nullable=True, description="Conversation the turn belongs to.")
    history_fingerprint = dy.String(
        nullable=True,
        description="Hash of the conversation's first turn and its answer, carried by every later turn wherever"
        " it is sent from; null on a first turn.",
    )
    client_fingerprint = dy.String(nullable=True, description="TLS or SDK fingerprint.")


@table("raw", kind="state", grain="account and day", daily=True, required=True)
class Accounts(Snapshot):
    """Every account's state at the end of the day."""

    account_id = dy.String(primary_key=True, min_length=1, description="Identifies the account.")
    created_at = dy.Datetime(description="When the account was opened, UTC.")
    organisation_id = dy.String(nullable=True, description="Organisation the account belongs to.")
    email_domain = dy.String(nullable=True, description="Domain of the sign-up address.")
    signup_ip = dy.String(nullable=True, regex=ADDRESS, description="Address at sign-up.")
    country = dy.String(
        nullable=True, regex=COUNTRY, description="Country as declared, ISO 3166-1 alpha-2. Never scored."
    )
    channel = dy.String(nullable=True, description="How the account reaches the model (web, direct_api, …).")
    status = dy.Enum(["active", "suspended", "closed"], description="Status at the end of the day.")
    status_changed_at = dy.Datetime(nullable=True, description="When the status last changed, UTC.")
    plan = dy.String(nullable=True, description="Price plan.")
    programme = dy.String(nullable=True, description="Programme (education, startup, security_research, …).")


@table("raw", kind="events", grain="payment", daily=True)
class Payments(Snapshot):
    """Payments and attempts to pay."""

    payment_id = dy.String(primary_key=True, min_length=1, description="Identifies the payment.")
    account_id = dy.String(min_length=1, description="Account that was paid for.")
    paid_at = dy.Datetime(metadata=WITHIN_DAY, description="When the payment was made, UTC, within the snapshot's day.")
    instrument_id = dy.String(
        min_length=1, description="The provider's fingerprint of the card, wallet or bank account."
    )
    instrument_kind = dy.Enum(
        ["card", "prepaid_card", "virtual_card", "wallet", "bank_transfer", "invoice", "credit"],
        nullable=True,
        description="What the instrument is.",
    )
    issuer_country = dy.String(nullable=True, regex=COUNTRY, description="Issuer's country, alpha-2. Never scored.")
    amount_usd = dy.Float64(nullable=True, description="Amount in US dollars.")
    status = dy.Enum(
        ["settled", "declined", "refunded", "chargeback"],
        nullable=True,
        description="How the payment ended.",
    )


@table("raw", kind="state", grain="organisation and day", daily=True)
class Organisations(Snapshot):
    """Customers and their owners alike, as known at the end of the day."""

    organisation_id = dy.String(primary_key=True, min_length=1, description="Identifies the organisation.")
    name = dy.String(description="Name as registered.")
    kind = dy.Enum(
        ["company", "fund", "trust", "state_body", "person", "unknown"],
        nullable=True,
        description="What it is; null reads as company.",
    )
    jurisdiction = dy.String(nullable=True, regex=COUNTRY, description="Country of incorporation, alpha-2.")
    headquarters = dy.String(nullable=True, regex=COUNTRY, description="Country of headquarters, alpha-2.")
    registration_number = dy.String(nullable=True, description="Number in the register of its jurisdiction.")
    lei = dy.String(nullable=True, description="Legal entity identifier (ISO 17442).")
    domain = dy.String(nullable=True, description="Verified corporate domain.")
    owners_complete = dy.Bool(nullable=True, description="True when every owner is listed.")


@table("raw", kind="state", grain="stake and day", daily=True)
class Ownership(Snapshot):
    """Who holds what share of whom, exact or as a register's band."""

    # Two sources may record the same stake, so nothing identifies a row.
    snapshot_date = dy.Date(metadata=SET_BY_LOADER, description="UTC day of the snapshot folder the row came in.")
    owner_id = dy.String(min_length=1, description="Organisation that holds the stake.")
    owned_id = dy.String(min_length=1, description="Organisation the stake is in.")
    percent = dy.Float64(
        nullable=True, min=0, max=100, description="Share in percent; null: of unknown size or in a band."
    )
    percent_min = dy.Float64(nullable=True, min=0, max=100, description="Lower end of the band, percent.")
    percent_max = dy.Float64(nullable=True, min=0, max=100, description="Upper end of the band, percent.")
    percent_min_exclusive = dy.Bool(nullable=True, description="Whether the lower end itself is excluded.")
    percent_max_exclusive = dy.Bool(nullable=True, description="Whether the upper end itself is excluded.")
    interest_type = dy.Enum(
        ["shareholding", "voting_rights", "board_appointment", "contract", "nominee", "other"],
        nullable=True,
        description="Kind of interest; null reads as shareholding.",
    )
    direct = dy.Bool(nullable=True, description="Whether held directly; null reads as true.")
    valid_from = dy.Date(nullable=True, description="First day the stake holds; null: always.")
    valid_to = dy.Date(nullable=True, description="First day it no longer holds; null: still.")
    source = dy.String(nullable=True, description="Where the stake is recorded.")


@table("raw", kind="reference", grain="address block and day", daily=True)
class Networks(Snapshot):
    """What is known of address blocks; the newest list on or before a day counts."""

    cidr = dy.String(primary_key=True, regex=ADDRESS_BLOCK, description="Address block.")
    asn = dy.Int64(nullable=True, min=0, description="Autonomous system number.")
    as_name = dy.String(nullable=True, description="Name of the autonomous system.")
    country = dy.String(nullable=True, regex=COUNTRY, description="Country of the block. Never scored.")
    kind = dy.Enum(
        ["residential", "mobile", "business", "education", "hosting", "vpn", "proxy"],
        nullable=True,
        description="What the block is used for.",
    )


@table("raw", kind="reference", grain="model and day", daily=True)
class Models(Snapshot):
    """Models and their release times; the newest list on or before a day counts."""

    model = dy.String(primary_key=True, min_length=1, description="Name of the model.")
    released_at = dy.Datetime(description="When it was released, UTC.")


@table("raw", kind="log", grain="file of a load")
class Loads(dy.Schema):
    """Every file of every load with its fingerprint. Append-only: a re-issued day adds rows and replaces none."""

    snapshot_date = dy.Date(primary_key=True, description="UTC day of the snapshot folder.")
    load_number = dy.Int64(
        primary_key=True, min=1, description="1 for the day's first load; the highest one is in force."
    )
    table_name = dy.String(primary_key=True, description="Table the file belongs to.")
    file = dy.String(primary_key=True, description="File, relative to the day's folder.")
    load_id = dy.String(description="Day and fingerprint of all its files: names the load.")
    bytes = dy.Int64(min=0, description="Size of the file as stored.")
    sha256 = dy.String(regex="^[0-9a-f]{64}$", description="SHA-256 of the file as stored.")
    row_count = dy.Int64(min=0, description="Rows found in the file, broken ones included.")
    quarantined_count = dy.Int64(min=0, description="Rows of the file that went to the quarantine.")
    unknown_columns = dy.String(
        nullable=True, description="Columns that the contract does not know, comma-separated; not loaded."
    )
    missing_columns = dy.String(
        nullable=True, description="Optional columns that the file does not have, comma-separated."
    )
    erased_count = dy.Int64(
        nullable=True,
        min=0,
        description="Rows of erased accounts that were kept out; null in older loads.",
    )
    root = dy.String(metadata=WALL_CLOCK, description="Where the day's folder was read from.")
    loaded_at = dy.Datetime(metadata=WALL_CLOCK, description="When the load was committed, UTC.")


@table("raw", kind="log", grain="rule broken by a row", daily=True)
class Quarantine(dy.Schema):
    """Rows that break the contract, with the rule, the file and the row; they are in no other table."""

    snapshot_date = dy.Date(primary_key=True, description="UTC day of the snapshot folder.")
    load_id = dy.String(primary_key=True, description="Load that found it.")
    table_name = dy.String(primary_key=True, description="Table the row was meant for.")
    file = dy.String(primary_key=True, description="File, relative to the day's folder.")
    row_number = dy.Int64(primary_key=True, min=1, description="Row in the file, from 1, a header not counted.")
    rule = dy.String(primary_key=True, description="Rule that is broken, e.g. outcome|allowed_values or primary_key.")
    value = dy.String(nullable=True, description="Offending value, first 200 characters.")
    row = dy.String(nullable=True, description="The row as text, first 20,000 characters.")


@table("raw", kind="log", grain="erased account")
class Tombstones(dy.Schema):
    """Accounts whose data were erased, as keyed hashes: no load brings them back, and nobody can read who it was."""

    tombstone = dy.String(primary_key=True, regex="^[0-9a-f]{64}$", description="HMAC-SHA256 of the account's id.")
    key_name = dy.String(description="Tells which key was used; another one cannot recognise the account.")
    erased_by = dy.String(description="Who asked for it.")
    reason = dy.String(description="Why it was asked for.")
    erased_at = dy.Datetime(metadata=WALL_CLOCK, description="When it was first done, UTC.")


@table("raw", kind="log", grain="removal of rows or of a file")
class Removals(dy.Schema):
    """What was taken out on purpose after it was loaded: rows of a table, or a Parquet file in whole or in part."""

    removal_number = dy.Int64(primary_key=True, min=1, description="Counts up from 1.")
    cause = dy.Enum(["erasure", "retention"], description="An account's erasure, or the end of a table's retention.")
    table_name = dy.String(description="Schema and table.")
    snapshot_date = dy.Date(nullable=True, description="Day of the rows; null where they are of several.")
    file = dy.String(nullable=True, description="Parquet file, relative to the state folder; null for native rows.")
    removed_count = dy.Int64(min=0, description="Rows taken out.")
    sha256_before = dy.String(nullable=True, description="SHA-256 of the file before.")
    sha256_after = dy.String(nullable=True, description="SHA-256 of the file written in its place; null: none was.")
    removed_by = dy.String(description="Who asked for it.")
    reason = dy.String(description="Why.")
    removed_at = dy.Datetime(metadata=WALL_CLOCK, description="When, UTC.")
