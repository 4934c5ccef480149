-- Written from the contract in src/forensics/contracts by `make documents`.

CREATE SCHEMA IF NOT EXISTS raw;

-- In a warehouse this view lists the Parquet files of the loads in force.
CREATE VIEW IF NOT EXISTS "raw"."exchanges" AS SELECT CAST(NULL AS DATE) AS "snapshot_date", CAST(NULL AS VARCHAR) AS "exchange_id", CAST(NULL AS VARCHAR) AS "account_id", CAST(NULL AS TIMESTAMP) AS "occurred_at", CAST(NULL AS VARCHAR) AS "model", CAST(NULL AS VARCHAR) AS "prompt", CAST(NULL AS VARCHAR) AS "system_prompt", CAST(NULL AS BIGINT) AS "input_tokens", CAST(NULL AS BIGINT) AS "output_tokens", CAST(NULL AS VARCHAR) AS "ip", CAST(NULL AS VARCHAR) AS "user_agent", CAST(NULL AS DOUBLE) AS "temperature", CAST(NULL AS BOOLEAN) AS "thinking", CAST(NULL AS BIGINT) AS "tool_count", CAST(NULL AS BIGINT) AS "image_count", CAST(NULL AS VARCHAR) AS "outcome", CAST(NULL AS VARCHAR) AS "api_key_id", CAST(NULL AS VARCHAR) AS "conversation_id", CAST(NULL AS VARCHAR) AS "history_fingerprint", CAST(NULL AS VARCHAR) AS "client_fingerprint" WHERE false;
COMMENT ON VIEW "raw"."exchanges" IS 'Calls to a model: one prompt, one answer''s figures. The text stays in one Parquet file a day. One row per exchange.';
COMMENT ON COLUMN "raw"."exchanges"."snapshot_date" IS 'UTC day of the snapshot folder the row came in.';
COMMENT ON COLUMN "raw"."exchanges"."exchange_id" IS 'Identifies the exchange.';
COMMENT ON COLUMN "raw"."exchanges"."account_id" IS 'Account that made the call.';
COMMENT ON COLUMN "raw"."exchanges"."occurred_at" IS 'When the call arrived, UTC, within the snapshot''s day.';
COMMENT ON COLUMN "raw"."exchanges"."model" IS 'Model that was called.';
COMMENT ON COLUMN "raw"."exchanges"."prompt" IS 'The caller''s last turn, as sent.';
COMMENT ON COLUMN "raw"."exchanges"."system_prompt" IS 'System prompt, as sent.';
COMMENT ON COLUMN "raw"."exchanges"."input_tokens" IS 'Tokens read by the model.';
COMMENT ON COLUMN "raw"."exchanges"."output_tokens" IS 'Tokens written by the model, thinking included.';
COMMENT ON COLUMN "raw"."exchanges"."ip" IS 'Caller''s address, version 4 or 6.';
COMMENT ON COLUMN "raw"."exchanges"."user_agent" IS 'Caller''s user agent, as sent.';
COMMENT ON COLUMN "raw"."exchanges"."temperature" IS 'Sampling temperature asked for.';
COMMENT ON COLUMN "raw"."exchanges"."thinking" IS 'Whether visible reasoning was asked for.';
COMMENT ON COLUMN "raw"."exchanges"."tool_count" IS 'Tools offered to the model.';
COMMENT ON COLUMN "raw"."exchanges"."image_count" IS 'Images sent along.';
COMMENT ON COLUMN "raw"."exchanges"."outcome" IS 'How the call ended.';
COMMENT ON COLUMN "raw"."exchanges"."api_key_id" IS 'Key that signed the call.';
COMMENT ON COLUMN "raw"."exchanges"."conversation_id" IS 'Conversation the turn belongs to.';
COMMENT ON COLUMN "raw"."exchanges"."history_fingerprint" IS 'Hash of the conversation''s first turn and its answer, carried by every later turn wherever it is sent from; null on a first turn.';
COMMENT ON COLUMN "raw"."exchanges"."client_fingerprint" IS 'TLS or SDK fingerprint.';

CREATE TABLE IF NOT EXISTS "raw"."accounts" (
    "snapshot_date" DATE NOT NULL,
    "account_id" VARCHAR NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "organisation_id" VARCHAR,
    "email_domain" VARCHAR,
    "signup_ip" VARCHAR,
    "country" VARCHAR,
    "channel" VARCHAR,
    "status" VARCHAR NOT NULL,
    "status_changed_at" TIMESTAMP,
    "plan" VARCHAR,
    "programme" VARCHAR
);
COMMENT ON TABLE "raw"."accounts" IS 'Every account''s state at the end of the day. One row per account and day.';
COMMENT ON COLUMN "raw"."accounts"."snapshot_date" IS 'UTC day of the snapshot folder the row came in.';
COMMENT ON COLUMN "raw"."accounts"."account_id" IS 'Identifies the account.';
COMMENT ON COLUMN "raw"."accounts"."created_at" IS 'When the account was opened, UTC.';
COMMENT ON COLUMN "raw"."accounts"."organisation_id" IS 'Organisation the account belongs to.';
COMMENT ON COLUMN "raw"."accounts"."email_domain" IS 'Domain of the sign-up address.';
COMMENT ON COLUMN "raw"."accounts"."signup_ip" IS 'Address at sign-up.';
COMMENT ON COLUMN "raw"."accounts"."country" IS 'Country as declared, ISO 3166-1 alpha-2. Never scored.';
COMMENT ON COLUMN "raw"."accounts"."channel" IS 'How the account reaches the model (web, direct_api, …).';
COMMENT ON COLUMN "raw"."accounts"."status" IS 'Status at the end of the day.';
COMMENT ON COLUMN "raw"."accounts"."status_changed_at" IS 'When the status last changed, UTC.';
COMMENT ON COLUMN "raw"."accounts"."plan" IS 'Price plan.';
COMMENT ON COLUMN "raw"."accounts"."programme" IS 'Programme (education, startup, security_research, …).';

CREATE TABLE IF NOT EXISTS "raw"."payments" (
    "snapshot_date" DATE NOT NULL,
    "payment_id" VARCHAR NOT NULL,
    "account_id" VARCHAR NOT NULL,
    "paid_at" TIMESTAMP NOT NULL,
    "instrument_id" VARCHAR NOT NULL,
    "instrument_kind" VARCHAR,
    "issuer_country" VARCHAR,
    "amount_usd" DOUBLE,
    "status" VARCHAR
);
COMMENT ON TABLE "raw"."payments" IS 'Payments and attempts to pay. One row per payment.';
COMMENT ON COLUMN "raw"."payments"."snapshot_date" IS 'UTC day of the snapshot folder the row came in.';
COMMENT ON COLUMN "raw"."payments"."payment_id" IS 'Identifies the payment.';
COMMENT ON COLUMN "raw"."payments"."account_id" IS 'Account that was paid for.';
COMMENT ON COLUMN "raw"."payments"."paid_at" IS 'When the payment was made, UTC, within the snapshot''s day.';
COMMENT ON COLUMN "raw"."payments"."instrument_id" IS 'The provider''s fingerprint of the card, wallet or bank account.';
COMMENT ON COLUMN "raw"."payments"."instrument_kind" IS 'What the instrument is.';
COMMENT ON COLUMN "raw"."payments"."issuer_country" IS 'Issuer''s country, alpha-2. Never scored.';
COMMENT ON COLUMN "raw"."payments"."amount_usd" IS 'Amount in US dollars.';
COMMENT ON COLUMN "raw"."payments"."status" IS 'How the payment ended.';

CREATE TABLE IF NOT EXISTS "raw"."organisations" (
    "snapshot_date" DATE NOT NULL,
    "organisation_id" VARCHAR NOT NULL,
    "name" VARCHAR NOT NULL,
    "kind" VARCHAR,
    "jurisdiction" VARCHAR,
    "headquarters" VARCHAR,
    "registration_number" VARCHAR,
    "lei" VARCHAR,
    "domain" VARCHAR,
    "owners_complete" BOOLEAN
);
COMMENT ON TABLE "raw"."organisations" IS 'Customers and their owners alike, as known at the end of the day. One row per organisation and day.';
COMMENT ON COLUMN "raw"."organisations"."snapshot_date" IS 'UTC day of the snapshot folder the row came in.';
COMMENT ON COLUMN "raw"."organisations"."organisation_id" IS 'Identifies the organisation.';
COMMENT ON COLUMN "raw"."organisations"."name" IS 'Name as registered.';
COMMENT ON COLUMN "raw"."organisations"."kind" IS 'What it is; null reads as company.';
COMMENT ON COLUMN "raw"."organisations"."jurisdiction" IS 'Country of incorporation, alpha-2.';
COMMENT ON COLUMN "raw"."organisations"."headquarters" IS 'Country of headquarters, alpha-2.';
COMMENT ON COLUMN "raw"."organisations"."registration_number" IS 'Number in the register of its jurisdiction.';
COMMENT ON COLUMN "raw"."organisations"."lei" IS 'Legal entity identifier (ISO 17442).';
COMMENT ON COLUMN "raw"."organisations"."domain" IS 'Verified corporate domain.';
COMMENT ON COLUMN "raw"."organisations"."owners_complete" IS 'True when every owner is listed.';

CREATE TABLE IF NOT EXISTS "raw"."ownership" (
    "snapshot_date" DATE NOT NULL,
    "owner_id" VARCHAR NOT NULL,
    "owned_id" VARCHAR NOT NULL,
    "percent" DOUBLE,
    "percent_min" DOUBLE,
    "percent_max" DOUBLE,
    "percent_min_exclusive" BOOLEAN,
    "percent_max_exclusive" BOOLEAN,
    "interest_type" VARCHAR,
    "direct" BOOLEAN,
    "valid_from" DATE,
    "valid_to" DATE,
    "source" VARCHAR
);
COMMENT ON TABLE "raw"."ownership" IS 'Who holds what share of whom, exact or as a register''s band. One row per stake and day.';
COMMENT ON COLUMN "raw"."ownership"."snapshot_date" IS 'UTC day of the snapshot folder the row came in.';
COMMENT ON COLUMN "raw"."ownership"."owner_id" IS 'Organisation that holds the stake.';
COMMENT ON COLUMN "raw"."ownership"."owned_id" IS 'Organisation the stake is in.';
COMMENT ON COLUMN "raw"."ownership"."percent" IS 'Share in percent; null: of unknown size or in a band.';
COMMENT ON COLUMN "raw"."ownership"."percent_min" IS 'Lower end of the band, percent.';
COMMENT ON COLUMN "raw"."ownership"."percent_max" IS 'Upper end of the band, percent.';
COMMENT ON COLUMN "raw"."ownership"."percent_min_exclusive" IS 'Whether the lower end itself is excluded.';
COMMENT ON COLUMN "raw"."ownership"."percent_max_exclusive" IS 'Whether the upper end itself is excluded.';
COMMENT ON COLUMN "raw"."ownership"."interest_type" IS 'Kind of interest; null reads as shareholding.';
COMMENT ON COLUMN "raw"."ownership"."direct" IS 'Whether held directly; null reads as true.';
COMMENT ON COLUMN "raw"."ownership"."valid_from" IS 'First day the stake holds; null: always.';
COMMENT ON COLUMN "raw"."ownership"."valid_to" IS 'First day it no longer holds; null: still.';
COMMENT ON COLUMN "raw"."ownership"."source" IS 'Where the stake is recorded.';

CREATE TABLE IF NOT EXISTS "raw"."networks" (
    "snapshot_date" DATE NOT NULL,
    "cidr" VARCHAR NOT NULL,
    "asn" BIGINT,
    "as_name" VARCHAR,
    "country" VARCHAR,
    "kind" VARCHAR
);
COMMENT ON TABLE "raw"."networks" IS 'What is known of address blocks; the newest list on or before a day counts. One row per address block and day.';
COMMENT ON COLUMN "raw"."networks"."snapshot_date" IS 'UTC day of the snapshot folder the row came in.';
COMMENT ON COLUMN "raw"."networks"."cidr" IS 'Address block.';
COMMENT ON COLUMN "raw"."networks"."asn" IS 'Autonomous system number.';
COMMENT ON COLUMN "raw"."networks"."as_name" IS 'Name of the autonomous system.';
COMMENT ON COLUMN "raw"."networks"."country" IS 'Country of the block. Never scored.';
COMMENT ON COLUMN "raw"."networks"."kind" IS 'What the block is used for.';

CREATE TABLE IF NOT EXISTS "raw"."models" (
    "snapshot_date" DATE NOT NULL,
    "model" VARCHAR NOT NULL,
    "released_at" TIMESTAMP NOT NULL
);
COMMENT ON TABLE "raw"."models" IS 'Models and their release times; the newest list on or before a day counts. One row per model and day.';
COMMENT ON COLUMN "raw"."models"."snapshot_date" IS 'UTC day of the snapshot folder the row came in.';
COMMENT ON COLUMN "raw"."models"."model" IS 'Name of the model.';
COMMENT ON COLUMN "raw"."models"."released_at" IS 'When it was released, UTC.';

CREATE TABLE IF NOT EXISTS "raw"."loads" (
    "snapshot_date" DATE NOT NULL,
    "load_number" BIGINT NOT NULL,
    "table_name" VARCHAR NOT NULL,
    "file" VARCHAR NOT NULL,
    "load_id" VARCHAR NOT NULL,
    "bytes" BIGINT NOT NULL,
    "sha256" VARCHAR NOT NULL,
    "row_count" BIGINT NOT NULL,
    "quarantined_count" BIGINT NOT NULL,
    "unknown_columns" VARCHAR,
    "missing_columns" VARCHAR,
    "erased_count" BIGINT,
    "root" VARCHAR NOT NULL,
    "loaded_at" TIMESTAMP NOT NULL
);
COMMENT ON TABLE "raw"."loads" IS 'Every file of every load with its fingerprint. Append-only: a re-issued day adds rows and replaces none. One row per file of a load.';
COMMENT ON COLUMN "raw"."loads"."snapshot_date" IS 'UTC day of the snapshot folder.';
COMMENT ON COLUMN "raw"."loads"."load_number" IS '1 for the day''s first load; the highest one is in force.';
COMMENT ON COLUMN "raw"."loads"."table_name" IS 'Table the file belongs to.';
COMMENT ON COLUMN "raw"."loads"."file" IS 'File, relative to the day''s folder.';
COMMENT ON COLUMN "raw"."loads"."load_id" IS 'Day and fingerprint of all its files: names the load.';
COMMENT ON COLUMN "raw"."loads"."bytes" IS 'Size of the file as stored.';
COMMENT ON COLUMN "raw"."loads"."sha256" IS 'SHA-256 of the file as stored.';
COMMENT ON COLUMN "raw"."loads"."row_count" IS 'Rows found in the file, broken ones included.';
COMMENT ON COLUMN "raw"."loads"."quarantined_count" IS 'Rows of the file that went to the quarantine.';
COMMENT ON COLUMN "raw"."loads"."unknown_columns" IS 'Columns that the contract does not know, comma-separated; not loaded.';
COMMENT ON COLUMN "raw"."loads"."missing_columns" IS 'Optional columns that the file does not have, comma-separated.';
COMMENT ON COLUMN "raw"."loads"."erased_count" IS 'Rows of erased accounts that were kept out; null in older loads.';
COMMENT ON COLUMN "raw"."loads"."root" IS 'Where the day''s folder was read from.';
COMMENT ON COLUMN "raw"."loads"."loaded_at" IS 'When the load was committed, UTC.';

CREATE TABLE IF NOT EXISTS "raw"."quarantine" (
    "snapshot_date" DATE NOT NULL,
    "load_id" VARCHAR NOT NULL,
    "table_name" VARCHAR NOT NULL,
    "file" VARCHAR NOT NULL,
    "row_number" BIGINT NOT NULL,
    "rule" VARCHAR NOT NULL,
    "value" VARCHAR,
    "row" VARCHAR
);
COMMENT ON TABLE "raw"."quarantine" IS 'Rows that break the contract, with the rule, the file and the row; they are in no other table. One row per rule broken by a row.';
COMMENT ON COLUMN "raw"."quarantine"."snapshot_date" IS 'UTC day of the snapshot folder.';
COMMENT ON COLUMN "raw"."quarantine"."load_id" IS 'Load that found it.';
COMMENT ON COLUMN "raw"."quarantine"."table_name" IS 'Table the row was meant for.';
COMMENT ON COLUMN "raw"."quarantine"."file" IS 'File, relative to the day''s folder.';
COMMENT ON COLUMN "raw"."quarantine"."row_number" IS 'Row in the file, from 1, a header not counted.';
COMMENT ON COLUMN "raw"."quarantine"."rule" IS 'Rule that is broken, e.g. outcome|allowed_values or primary_key.';
COMMENT ON COLUMN "raw"."quarantine"."value" IS 'Offending value, first 200 characters.';
COMMENT ON COLUMN "raw"."quarantine"."row" IS 'The row as text, first 20,000 characters.';

CREATE TABLE IF NOT EXISTS "raw"."tombstones" (
    "tombstone" VARCHAR NOT NULL,
    "key_name" VARCHAR NOT NULL,
    "erased_by" VARCHAR NOT NULL,
    "reason" VARCHAR NOT NULL,
    "erased_at" TIMESTAMP NOT NULL
);
COMMENT ON TABLE "raw"."tombstones" IS 'Accounts whose data were erased, as keyed hashes: no load brings them back, and nobody can read who it was. One row per erased account.';
COMMENT ON COLUMN "raw"."tombstones"."tombstone" IS 'HMAC-SHA256 of the account''s id.';
COMMENT ON COLUMN "raw"."tombstones"."key_name" IS 'Tells which key was used; another one cannot recognise the account.';
COMMENT ON COLUMN "raw"."tombstones"."erased_by" IS 'Who asked for it.';
COMMENT ON COLUMN "raw"."tombstones"."reason" IS 'Why it was asked for.';
COMMENT ON COLUMN "raw"."tombstones"."erased_at" IS 'When it was first done, UTC.';

CREATE TABLE IF NOT EXISTS "raw"."removals" (
    "removal_number" BIGINT NOT NULL,
    "cause" VARCHAR NOT NULL,
    "table_name" VARCHAR NOT NULL,
    "snapshot_date" DATE,
    "file" VARCHAR,
    "removed_count" BIGINT NOT NULL,
    "sha256_before" VARCHAR,
    "sha256_after" VARCHAR,
    "removed_by" VARCHAR NOT NULL,
    "reason" VARCHAR NOT NULL,
    "removed_at" TIMESTAMP NOT NULL
);
COMMENT ON TABLE "raw"."removals" IS 'What was taken out on purpose after it was loaded: rows of a table, or a Parquet file in whole or in part. One row per removal of rows or of a file.';
COMMENT ON COLUMN "raw"."removals"."removal_number" IS 'Counts up from 1.';
COMMENT ON COLUMN "raw"."removals"."cause" IS 'An account''s erasure, or the end of a table''s retention.';
COMMENT ON COLUMN "raw"."removals"."table_name" IS 'Schema and table.';
COMMENT ON COLUMN "raw"."removals"."snapshot_date" IS 'Day of the rows; null where they are of several.';
COMMENT ON COLUMN "raw"."removals"."file" IS 'Parquet file, relative to the state folder; null for native rows.';
COMMENT ON COLUMN "raw"."removals"."removed_count" IS 'Rows taken out.';
COMMENT ON COLUMN "raw"."removals"."sha256_before" IS 'SHA-256 of the file before.';
COMMENT ON COLUMN "raw"."removals"."sha256_after" IS 'SHA-256 of the file written in its place; null: none was.';
COMMENT ON COLUMN "raw"."removals"."removed_by" IS 'Who asked for it.';
COMMENT ON COLUMN "raw"."removals"."reason" IS 'Why.';
COMMENT ON COLUMN "raw"."removals"."removed_at" IS 'When, UTC.';

CREATE SCHEMA IF NOT EXISTS core;

CREATE TABLE IF NOT EXISTS "core"."account_days" (
    "snapshot_date" DATE NOT NULL,
    "account_id" VARCHAR NOT NULL,
    "exchange_count" BIGINT NOT NULL,
    "ok_count" BIGINT NOT NULL,
    "refused_count" BIGINT NOT NULL,
    "rate_limited_count" BIGINT NOT NULL,
    "error_count" BIGINT NOT NULL,
    "input_tokens" BIGINT NOT NULL,
    "output_tokens" BIGINT NOT NULL,
    "thinking_count" BIGINT NOT NULL,
    "tool_exchange_count" BIGINT NOT NULL,
    "image_exchange_count" BIGINT NOT NULL,
    "conversation_turn_count" BIGINT NOT NULL,
    "prompt_characters" BIGINT NOT NULL,
    "distinct_prompt_count" BIGINT NOT NULL,
    "model_count" BIGINT NOT NULL,
    "address_count" BIGINT NOT NULL,
    "reasoning_request_count" BIGINT NOT NULL,
    "grading_request_count" BIGINT NOT NULL,
    "trace_cleaning_request_count" BIGINT NOT NULL,
    "policy_rewriting_request_count" BIGINT NOT NULL,
    "agentic_request_count" BIGINT NOT NULL,
    "safety_probing_request_count" BIGINT NOT NULL,
    "first_at" TIMESTAMP NOT NULL,
    "last_at" TIMESTAMP NOT NULL
);
COMMENT ON TABLE "core"."account_days" IS 'What an account did on a day, as sums that can be added up over days. Rates of these over the window stand in features.accounts. None accuses by itself, and a day says less than a month. One row per account and day.';
COMMENT ON COLUMN "core"."account_days"."snapshot_date" IS 'UTC day the row sums up.';
COMMENT ON COLUMN "core"."account_days"."account_id" IS 'Account.';
COMMENT ON COLUMN "core"."account_days"."exchange_count" IS 'Exchanges of the day, refused and failed ones included. Collecting takes many; so do production services.';
COMMENT ON COLUMN "core"."account_days"."ok_count" IS 'Exchanges that were answered: what could be collected. Nearly all of anybody''s.';
COMMENT ON COLUMN "core"."account_days"."refused_count" IS 'Exchanges that the model refused. Many where techniques are tried out; also in safety research and in clumsy phrasing.';
COMMENT ON COLUMN "core"."account_days"."rate_limited_count" IS 'Exchanges that were rate-limited. Many where quotas are used to the full, and then others take over; also in batch jobs.';
COMMENT ON COLUMN "core"."account_days"."error_count" IS 'Exchanges that failed. A prompt sent again after one is no roll-out; many also in faulty clients.';
COMMENT ON COLUMN "core"."account_days"."input_tokens" IS 'Tokens read, sum. Many where rubrics, traces or repositories are sent; also for long documents.';
COMMENT ON COLUMN "core"."account_days"."output_tokens" IS 'Tokens written, sum. Many where reasoning is collected, few for verdicts; many also for writing.';
COMMENT ON COLUMN "core"."account_days"."thinking_count" IS 'Exchanges that asked for visible reasoning. Many where reasoning is collected; also where it is an application''s default.';
COMMENT ON COLUMN "core"."account_days"."tool_exchange_count" IS 'Exchanges that offered tools. Many where agents'' work is collected; also in agents people build for themselves.';
COMMENT ON COLUMN "core"."account_days"."image_exchange_count" IS 'Exchanges that sent images. Many where answers on images are collected; also for reading receipts.';
COMMENT ON COLUMN "core"."account_days"."conversation_turn_count" IS 'Exchanges that continue a conversation. Few for lists worked off, many for relayed people; few also for batch work, and many for anybody who chats.';
COMMENT ON COLUMN "core"."account_days"."prompt_characters" IS 'Characters of prompts, sum. Alike in each exchange of one list; also of one application.';
COMMENT ON COLUMN "core"."account_days"."distinct_prompt_count" IS 'Distinct prompts of the day. As many as exchanges for lists worked off, few for roll-outs; as many also for chat, and few for regression suites.';
COMMENT ON COLUMN "core"."account_days"."model_count" IS 'Distinct models called. Several where models are compared, as evaluators do, too.';
COMMENT ON COLUMN "core"."account_days"."address_count" IS 'Distinct addresses used. Many behind rotating proxies; also on the move, and for a company''s seats.';
COMMENT ON COLUMN "core"."account_days"."reasoning_request_count" IS 'Exchanges that ask to write reasoning out, in the prompt or the system prompt. What a student model learns from; also in teaching and debugging.';
COMMENT ON COLUMN "core"."account_days"."grading_request_count" IS 'Exchanges that ask to grade, score or compare answers. Many where the model is a judge for training; also at evaluation firms.';
COMMENT ON COLUMN "core"."account_days"."trace_cleaning_request_count" IS 'Exchanges that ask to tidy or judge recorded reasoning. Many where training data are made ready; also at data labellers.';
COMMENT ON COLUMN "core"."account_days"."policy_rewriting_request_count" IS 'Exchanges that ask for wording a censor or regulator would pass. Many where answers are made to fit a state''s line; also in public relations and moderation.';
COMMENT ON COLUMN "core"."account_days"."agentic_request_count" IS 'Exchanges of agents: repositories, tools, devices, simulated users and environments. Many where agents'' work is collected; also in products built on agents.';
COMMENT ON COLUMN "core"."account_days"."safety_probing_request_count" IS 'Exchanges on what models refuse, dangerous or only dangerous-sounding. Many where refusals are mapped; also in security research and crime fiction.';
COMMENT ON COLUMN "core"."account_days"."first_at" IS 'First exchange of the day, UTC. Just after midnight where nobody sleeps; also for services.';
COMMENT ON COLUMN "core"."account_days"."last_at" IS 'Last exchange of the day, UTC. Just before midnight where that is.';

CREATE TABLE IF NOT EXISTS "core"."account_hours" (
    "snapshot_date" DATE NOT NULL,
    "account_id" VARCHAR NOT NULL,
    "hour" BIGINT NOT NULL,
    "exchange_count" BIGINT NOT NULL
);
COMMENT ON TABLE "core"."account_hours" IS 'Exchanges of an account per hour, the grain on which timing is judged. One row per account and hour.';
COMMENT ON COLUMN "core"."account_hours"."snapshot_date" IS 'UTC day the row sums up.';
COMMENT ON COLUMN "core"."account_hours"."account_id" IS 'Account.';
COMMENT ON COLUMN "core"."account_hours"."hour" IS 'Hour of the day, UTC.';
COMMENT ON COLUMN "core"."account_hours"."exchange_count" IS 'Exchanges in the hour.';

-- In a warehouse this view lists the Parquet files of the loads in force.
CREATE VIEW IF NOT EXISTS "core"."account_minutes" AS SELECT CAST(NULL AS DATE) AS "snapshot_date", CAST(NULL AS VARCHAR) AS "account_id", CAST(NULL AS BIGINT) AS "minute", CAST(NULL AS VARCHAR) AS "model", CAST(NULL AS BIGINT) AS "exchange_count", CAST(NULL AS BIGINT) AS "opening_count", CAST(NULL AS BIGINT) AS "rate_limited_count" WHERE false;
COMMENT ON VIEW "core"."account_minutes" IS 'Exchanges of an account per minute and model, the grain on which accounts are compared in time. One row per account, minute and model.';
COMMENT ON COLUMN "core"."account_minutes"."snapshot_date" IS 'UTC day the row sums up.';
COMMENT ON COLUMN "core"."account_minutes"."account_id" IS 'Account.';
COMMENT ON COLUMN "core"."account_minutes"."minute" IS 'Minute of the day, UTC.';
COMMENT ON COLUMN "core"."account_minutes"."model" IS 'Model that was called.';
COMMENT ON COLUMN "core"."account_minutes"."exchange_count" IS 'Exchanges in the minute.';
COMMENT ON COLUMN "core"."account_minutes"."opening_count" IS 'Exchanges among them that continue no conversation.';
COMMENT ON COLUMN "core"."account_minutes"."rate_limited_count" IS 'Exchanges among them that were rate-limited.';

CREATE TABLE IF NOT EXISTS "core"."account_rhythms" (
    "snapshot_date" DATE NOT NULL,
    "account_id" VARCHAR NOT NULL,
    "session_count" BIGINT NOT NULL,
    "session_seconds" BIGINT NOT NULL,
    "gap_count" BIGINT NOT NULL,
    "gap_seconds" BIGINT NOT NULL,
    "gap_seconds_squared" BIGINT NOT NULL,
    "round_minute_count" BIGINT NOT NULL
);
COMMENT ON TABLE "core"."account_rhythms" IS 'Sessions of an account and gaps between its exchanges on a day, as sums that can be added up over days. One row per account and day.';
COMMENT ON COLUMN "core"."account_rhythms"."snapshot_date" IS 'UTC day the row sums up.';
COMMENT ON COLUMN "core"."account_rhythms"."account_id" IS 'Account.';
COMMENT ON COLUMN "core"."account_rhythms"."session_count" IS 'Runs of exchanges no more than half an hour apart.';
COMMENT ON COLUMN "core"."account_rhythms"."session_seconds" IS 'Length of these runs, sum of whole seconds.';
COMMENT ON COLUMN "core"."account_rhythms"."gap_count" IS 'Gaps between one exchange and the next of the day.';
COMMENT ON COLUMN "core"."account_rhythms"."gap_seconds" IS 'These gaps, sum of whole seconds.';
COMMENT ON COLUMN "core"."account_rhythms"."gap_seconds_squared" IS 'Sum of their squares.';
COMMENT ON COLUMN "core"."account_rhythms"."round_minute_count" IS 'Exchanges in the minutes :00, :15, :30 and :45.';

CREATE TABLE IF NOT EXISTS "core"."signal_days" (
    "snapshot_date" DATE NOT NULL,
    "account_id" VARCHAR NOT NULL,
    "signal_kind" VARCHAR NOT NULL,
    "signal_value" VARCHAR NOT NULL,
    "use_count" BIGINT NOT NULL,
    "first_at" TIMESTAMP NOT NULL,
    "last_at" TIMESTAMP NOT NULL
);
COMMENT ON TABLE "core"."signal_days" IS 'Values an account was seen with on a day and might share with others: how it pays, where from, with what. One row per account, signal value and day.';
COMMENT ON COLUMN "core"."signal_days"."snapshot_date" IS 'UTC day the row sums up.';
COMMENT ON COLUMN "core"."signal_days"."account_id" IS 'Account.';
COMMENT ON COLUMN "core"."signal_days"."signal_kind" IS 'payment_instrument, ip, ip_prefix, api_key, client_fingerprint, user_agent or conversation.';
COMMENT ON COLUMN "core"."signal_days"."signal_value" IS 'Value as it came in; an attacker may have written it.';
COMMENT ON COLUMN "core"."signal_days"."use_count" IS 'Exchanges, payments or states that carry the value.';
COMMENT ON COLUMN "core"."signal_days"."first_at" IS 'First use on the day, UTC.';
COMMENT ON COLUMN "core"."signal_days"."last_at" IS 'Last use on the day, UTC.';

-- In a warehouse this view lists the Parquet files of the loads in force.
CREATE VIEW IF NOT EXISTS "core"."template_days" AS SELECT CAST(NULL AS DATE) AS "snapshot_date", CAST(NULL AS VARCHAR) AS "account_id", CAST(NULL AS VARCHAR) AS "template_id", CAST(NULL AS BIGINT) AS "exchange_count", CAST(NULL AS BIGINT) AS "distinct_prompt_count", CAST(NULL AS BIGINT) AS "fill_count", CAST(NULL AS BIGINT) AS "repeat_count", CAST(NULL AS BIGINT) AS "refused_count", CAST(NULL AS BIGINT) AS "reasoning_request_count", CAST(NULL AS BIGINT) AS "grading_request_count", CAST(NULL AS BIGINT) AS "trace_cleaning_request_count", CAST(NULL AS BIGINT) AS "policy_rewriting_request_count", CAST(NULL AS BIGINT) AS "agentic_request_count", CAST(NULL AS BIGINT) AS "safety_probing_request_count" WHERE false;
COMMENT ON VIEW "core"."template_days" IS 'How often an account used a template on a day. A template is text that two or more distinct prompts of the day share for sixty units (twelve words, twenty Han characters) from the start, from the end, as a line or sentence, or as the system prompt; or five of them for forty where the line that they begin or end with is no longer, or the sentence, if a third of them go on alike. One row per account, template and day.';
COMMENT ON COLUMN "core"."template_days"."snapshot_date" IS 'UTC day the row sums up.';
COMMENT ON COLUMN "core"."template_days"."account_id" IS 'Account.';
COMMENT ON COLUMN "core"."template_days"."template_id" IS 'Template: part and hash of its fixed text.';
COMMENT ON COLUMN "core"."template_days"."exchange_count" IS 'Exchanges of the account that carry the template.';
COMMENT ON COLUMN "core"."template_days"."distinct_prompt_count" IS 'Distinct prompts among them.';
COMMENT ON COLUMN "core"."template_days"."fill_count" IS 'Distinct fills among them: what the prompt says beside its fixed parts.';
COMMENT ON COLUMN "core"."template_days"."repeat_count" IS 'Exchanges among them that repeat a long prompt of the account after it was answered: roll-outs.';
COMMENT ON COLUMN "core"."template_days"."refused_count" IS 'Exchanges among them that the model refused.';
COMMENT ON COLUMN "core"."template_days"."reasoning_request_count" IS 'Exchanges among them that ask to write reasoning out.';
COMMENT ON COLUMN "core"."template_days"."grading_request_count" IS 'Exchanges among them that ask to grade or compare answers.';
COMMENT ON COLUMN "core"."template_days"."trace_cleaning_request_count" IS 'Exchanges among them that ask to tidy or judge recorded reasoning.';
COMMENT ON COLUMN "core"."template_days"."policy_rewriting_request_count" IS 'Exchanges among them that ask for wording a censor or regulator would pass.';
COMMENT ON COLUMN "core"."template_days"."agentic_request_count" IS 'Exchanges among them of agents, tools and repositories.';
COMMENT ON COLUMN "core"."template_days"."safety_probing_request_count" IS 'Exchanges among them on what models refuse.';

CREATE TABLE IF NOT EXISTS "core"."templates" (
    "snapshot_date" DATE NOT NULL,
    "template_id" VARCHAR NOT NULL,
    "part" VARCHAR NOT NULL,
    "text" VARCHAR NOT NULL USING COMPRESSION zstd,
    "exchange_count" BIGINT NOT NULL,
    "distinct_prompt_count" BIGINT NOT NULL,
    "account_count" BIGINT NOT NULL,
    "first_at" TIMESTAMP NOT NULL,
    "last_at" TIMESTAMP NOT NULL
);
COMMENT ON TABLE "core"."templates" IS 'Templates of a day with the fixed text an investigator reads. Unrelated payers stand in features.templates. One row per template and day.';
COMMENT ON COLUMN "core"."templates"."snapshot_date" IS 'UTC day the row sums up.';
COMMENT ON COLUMN "core"."templates"."template_id" IS 'Template: part and hash of its fixed text.';
COMMENT ON COLUMN "core"."templates"."part" IS 'Part of the prompt that is fixed: head (beginning), tail (end), system prompt, middle (a line or sentence) or frame (the few first and last words).';
COMMENT ON COLUMN "core"."templates"."text" IS 'Fixed text, lower case, slots shown as {number}, {quote}, {link}, {code}, {hash}; 400 characters.';
COMMENT ON COLUMN "core"."templates"."exchange_count" IS 'Exchanges that carry it.';
COMMENT ON COLUMN "core"."templates"."distinct_prompt_count" IS 'Distinct prompts among them.';
COMMENT ON COLUMN "core"."templates"."account_count" IS 'Accounts that used it.';
COMMENT ON COLUMN "core"."templates"."first_at" IS 'First use on the day, UTC.';
COMMENT ON COLUMN "core"."templates"."last_at" IS 'Last use on the day, UTC.';

CREATE TABLE IF NOT EXISTS "core"."capability_days" (
    "snapshot_date" DATE NOT NULL,
    "account_id" VARCHAR NOT NULL,
    "capability" VARCHAR NOT NULL,
    "exchange_count" BIGINT NOT NULL,
    "classifier_id" VARCHAR NOT NULL
);
COMMENT ON TABLE "core"."capability_days" IS 'What an account''s exchanges of the day asked for; one exchange may ask for several capabilities. One row per account, capability and day.';
COMMENT ON COLUMN "core"."capability_days"."snapshot_date" IS 'UTC day the row sums up.';
COMMENT ON COLUMN "core"."capability_days"."account_id" IS 'Account.';
COMMENT ON COLUMN "core"."capability_days"."capability" IS 'Capability of the taxonomy (core/capabilities/taxonomy.toml).';
COMMENT ON COLUMN "core"."capability_days"."exchange_count" IS 'Exchanges that asked for it.';
COMMENT ON COLUMN "core"."capability_days"."classifier_id" IS 'Classifier that found it, with the hash of its weights and taxonomy.';

-- In a warehouse this view lists the Parquet files of the loads in force.
CREATE VIEW IF NOT EXISTS "core"."exchange_capabilities" AS SELECT CAST(NULL AS DATE) AS "snapshot_date", CAST(NULL AS VARCHAR) AS "exchange_id", CAST(NULL AS VARCHAR) AS "account_id", CAST(NULL AS VARCHAR) AS "capability" WHERE false;
COMMENT ON VIEW "core"."exchange_capabilities" IS 'What an exchange asks for, each capability on a row of its own; its prompt is in raw.exchanges. One row per exchange and capability.';
COMMENT ON COLUMN "core"."exchange_capabilities"."snapshot_date" IS 'UTC day the row sums up.';
COMMENT ON COLUMN "core"."exchange_capabilities"."exchange_id" IS 'Exchange.';
COMMENT ON COLUMN "core"."exchange_capabilities"."account_id" IS 'Account that sent it.';
COMMENT ON COLUMN "core"."exchange_capabilities"."capability" IS 'Capability of the taxonomy (core/capabilities/taxonomy.toml).';

-- In a warehouse this view lists the Parquet files of the loads in force.
CREATE VIEW IF NOT EXISTS "core"."exchange_templates" AS SELECT CAST(NULL AS DATE) AS "snapshot_date", CAST(NULL AS VARCHAR) AS "exchange_id", CAST(NULL AS VARCHAR) AS "account_id", CAST(NULL AS VARCHAR) AS "template_id", CAST(NULL AS VARCHAR) AS "part", CAST(NULL AS BIGINT) AS "fill_number" WHERE false;
COMMENT ON VIEW "core"."exchange_templates" IS 'Which templates an exchange follows, one for each part of its prompt that is fixed. One row per exchange and template.';
COMMENT ON COLUMN "core"."exchange_templates"."snapshot_date" IS 'UTC day the row sums up.';
COMMENT ON COLUMN "core"."exchange_templates"."exchange_id" IS 'Exchange.';
COMMENT ON COLUMN "core"."exchange_templates"."account_id" IS 'Account that sent it.';
COMMENT ON COLUMN "core"."exchange_templates"."template_id" IS 'Template: part and hash of its fixed text.';
COMMENT ON COLUMN "core"."exchange_templates"."part" IS 'Part of the prompt that is fixed.';
COMMENT ON COLUMN "core"."exchange_templates"."fill_number" IS 'Which of the account''s fills of the template on the day: first those that core.fill_days has, in the order of their hash, then the others. Equal where the account sent the same item.';

CREATE TABLE IF NOT EXISTS "core"."daily_files" (
    "snapshot_date" DATE NOT NULL,
    "table_name" VARCHAR NOT NULL,
    "file_name" VARCHAR NOT NULL
);
COMMENT ON TABLE "core"."daily_files" IS 'Which Parquet file holds each day''s rows of the tables that are kept in files. One row per table and day.';
COMMENT ON COLUMN "core"."daily_files"."snapshot_date" IS 'UTC day the row sums up.';
COMMENT ON COLUMN "core"."daily_files"."table_name" IS 'Table of the schema core.';
COMMENT ON COLUMN "core"."daily_files"."file_name" IS 'Name of the file, with the hash of its content.';

-- In a warehouse this view lists the Parquet files of the loads in force.
CREATE VIEW IF NOT EXISTS "core"."template_pairs" AS SELECT CAST(NULL AS DATE) AS "snapshot_date", CAST(NULL AS VARCHAR) AS "template_id", CAST(NULL AS VARCHAR) AS "other_template_id", CAST(NULL AS BIGINT) AS "exchange_count" WHERE false;
COMMENT ON VIEW "core"."template_pairs" IS 'How often two templates lay on one exchange: the beginning and the end of one request belong together. One row per pair of templates and day.';
COMMENT ON COLUMN "core"."template_pairs"."snapshot_date" IS 'UTC day the row sums up.';
COMMENT ON COLUMN "core"."template_pairs"."template_id" IS 'Template with the smaller id.';
COMMENT ON COLUMN "core"."template_pairs"."other_template_id" IS 'Template with the larger id.';
COMMENT ON COLUMN "core"."template_pairs"."exchange_count" IS 'Exchanges that follow both.';

-- In a warehouse this view lists the Parquet files of the loads in force.
CREATE VIEW IF NOT EXISTS "core"."fill_days" AS SELECT CAST(NULL AS DATE) AS "snapshot_date", CAST(NULL AS VARCHAR) AS "account_id", CAST(NULL AS VARCHAR) AS "template_id", CAST(NULL AS BIGINT) AS "fill_hash", CAST(NULL AS BIGINT) AS "sample_level", CAST(NULL AS BIGINT) AS "use_count", CAST(NULL AS BIGINT) AS "conversation_turn_count" WHERE false;
COMMENT ON VIEW "core"."fill_days" IS 'What filled each template, per account; of very many fills a sample that is the same for all accounts. One row per account, template, fill and day.';
COMMENT ON COLUMN "core"."fill_days"."snapshot_date" IS 'UTC day the row sums up.';
COMMENT ON COLUMN "core"."fill_days"."account_id" IS 'Account.';
COMMENT ON COLUMN "core"."fill_days"."template_id" IS 'Template: part and hash of its fixed text.';
COMMENT ON COLUMN "core"."fill_days"."fill_hash" IS 'XXH64 (63 bits) of what the prompt says beside its fixed beginning and end, whatever its case and spaces, or of all of it under a fixed system prompt, where only those of sixty units and more are kept: equal where the same item was sent.';
COMMENT ON COLUMN "core"."fill_days"."sample_level" IS 'Of the template''s fills those whose hash is below 2 to the power of 63 less this were kept.';
COMMENT ON COLUMN "core"."fill_days"."use_count" IS 'Exchanges of the account with this fill.';
COMMENT ON COLUMN "core"."fill_days"."conversation_turn_count" IS 'Exchanges among them that continue a conversation.';

-- In a warehouse this view lists the Parquet files of the loads in force.
CREATE VIEW IF NOT EXISTS "core"."prompt_days" AS SELECT CAST(NULL AS DATE) AS "snapshot_date", CAST(NULL AS VARCHAR) AS "account_id", CAST(NULL AS BIGINT) AS "prompt_hash", CAST(NULL AS BIGINT) AS "sample_level", CAST(NULL AS BIGINT) AS "use_count" WHERE false;
COMMENT ON VIEW "core"."prompt_days" IS 'Long prompts (sixty units and more) word for word; of very many a sample that is the same for all accounts. One row per account, long prompt and day.';
COMMENT ON COLUMN "core"."prompt_days"."snapshot_date" IS 'UTC day the row sums up.';
COMMENT ON COLUMN "core"."prompt_days"."account_id" IS 'Account.';
COMMENT ON COLUMN "core"."prompt_days"."prompt_hash" IS 'XXH64 (63 bits) of the prompt, byte for byte.';
COMMENT ON COLUMN "core"."prompt_days"."sample_level" IS 'Of the day''s prompts those whose hash is below 2 to the power of 63 less this were kept.';
COMMENT ON COLUMN "core"."prompt_days"."use_count" IS 'Exchanges of the account with this prompt.';

-- In a warehouse this view lists the Parquet files of the loads in force.
CREATE VIEW IF NOT EXISTS "core"."prompt_samples" AS SELECT CAST(NULL AS DATE) AS "snapshot_date", CAST(NULL AS VARCHAR) AS "account_id", CAST(NULL AS VARCHAR) AS "exchange_id", CAST(NULL AS VARCHAR) AS "sample_rank", CAST(NULL AS VARCHAR) AS "embedder_id", CAST(NULL AS BLOB) AS "vector", CAST(NULL AS BLOB) AS "phrases" WHERE false;
COMMENT ON VIEW "core"."prompt_samples" IS 'A few prompts of an account and day as vectors, those of the smallest hash; days merge by taking the smallest. Bytes of a vector are whole numbers: topic first, then form; each part is scaled to length one when it is read. One row per sampled exchange.';
COMMENT ON COLUMN "core"."prompt_samples"."snapshot_date" IS 'UTC day the row sums up.';
COMMENT ON COLUMN "core"."prompt_samples"."account_id" IS 'Account.';
COMMENT ON COLUMN "core"."prompt_samples"."exchange_id" IS 'Exchange whose prompt it is.';
COMMENT ON COLUMN "core"."prompt_samples"."sample_rank" IS 'First 12 digits of the md5 of account and exchange id; the smallest are kept.';
COMMENT ON COLUMN "core"."prompt_samples"."embedder_id" IS 'Embedder with the hash of its weights; vectors of two are never compared.';
COMMENT ON COLUMN "core"."prompt_samples"."vector" IS 'One signed byte a number: the embedder''s topic, then 128 of hashed word pairs.';
COMMENT ON COLUMN "core"."prompt_samples"."phrases" IS 'Four unsigned 32-bit numbers, little-endian: smallest hashes of its word triples.';

-- In a warehouse this view lists the Parquet files of the loads in force.
CREATE VIEW IF NOT EXISTS "core"."sample_templates" AS SELECT CAST(NULL AS DATE) AS "snapshot_date", CAST(NULL AS VARCHAR) AS "account_id", CAST(NULL AS VARCHAR) AS "exchange_id", CAST(NULL AS VARCHAR) AS "template_id" WHERE false;
COMMENT ON VIEW "core"."sample_templates" IS 'Which templates the sampled prompts follow: what an account asks beside shared texts can be told apart. One row per template of a sampled prompt.';
COMMENT ON COLUMN "core"."sample_templates"."snapshot_date" IS 'UTC day the row sums up.';
COMMENT ON COLUMN "core"."sample_templates"."account_id" IS 'Account.';
COMMENT ON COLUMN "core"."sample_templates"."exchange_id" IS 'Sampled exchange.';
COMMENT ON COLUMN "core"."sample_templates"."template_id" IS 'Template it follows, one for each part that is fixed.';

CREATE TABLE IF NOT EXISTS "core"."sample_days" (
    "snapshot_date" DATE NOT NULL,
    "account_id" VARCHAR NOT NULL,
    "embedder_id" VARCHAR NOT NULL,
    "sample_count" BIGINT NOT NULL,
    "compressed_prompt_count" BIGINT NOT NULL,
    "prompt_bytes" BIGINT NOT NULL,
    "compressed_bytes" BIGINT NOT NULL,
    "letters" BLOB NOT NULL,
    "public_item_lists" VARCHAR
);
COMMENT ON TABLE "core"."sample_days" IS 'What the day''s sampled prompts of an account hold together. One row per account and day.';
COMMENT ON COLUMN "core"."sample_days"."snapshot_date" IS 'UTC day the row sums up.';
COMMENT ON COLUMN "core"."sample_days"."account_id" IS 'Account.';
COMMENT ON COLUMN "core"."sample_days"."embedder_id" IS 'Embedder that made the day''s vectors.';
COMMENT ON COLUMN "core"."sample_days"."sample_count" IS 'Prompts sampled; the setting prompts_per_account_day is the most.';
COMMENT ON COLUMN "core"."sample_days"."compressed_prompt_count" IS 'Prompts compressed together: 4, or 0 where fewer were sampled.';
COMMENT ON COLUMN "core"."sample_days"."prompt_bytes" IS 'Bytes of their excerpts, 320 characters each at most.';
COMMENT ON COLUMN "core"."sample_days"."compressed_bytes" IS 'Bytes of the same compressed (zlib, level 1).';
COMMENT ON COLUMN "core"."sample_days"."letters" IS 'Counts of letter classes in the first four prompts, one unsigned byte each: what contents are written with, which comparisons take out and nothing scores.';
COMMENT ON COLUMN "core"."sample_days"."public_item_lists" IS 'Lists of public items they were compared with; null if there were none.';

CREATE TABLE IF NOT EXISTS "core"."public_items" (
    "snapshot_date" DATE NOT NULL,
    "account_id" VARCHAR NOT NULL,
    "exchange_id" VARCHAR NOT NULL,
    "item_list" VARCHAR NOT NULL,
    "item" BIGINT NOT NULL,
    "overlap" VARCHAR NOT NULL,
    "overlap_share" DOUBLE NOT NULL
);
COMMENT ON TABLE "core"."public_items" IS 'Sampled prompts that hold a known public item, such as a benchmark''s question; the one it holds most of. Exact copies speak for an evaluator, mutations in number for a harvest that varies seeds. One row per sampled exchange and list of public items.';
COMMENT ON COLUMN "core"."public_items"."snapshot_date" IS 'UTC day the row sums up.';
COMMENT ON COLUMN "core"."public_items"."account_id" IS 'Account.';
COMMENT ON COLUMN "core"."public_items"."exchange_id" IS 'Exchange whose prompt holds it.';
COMMENT ON COLUMN "core"."public_items"."item_list" IS 'List, with twelve digits of its file''s SHA-256.';
COMMENT ON COLUMN "core"."public_items"."item" IS 'Line of the item in the source of the list.';
COMMENT ON COLUMN "core"."public_items"."overlap" IS 'exact: nine tenths of the item''s runs of four words stand in the prompt; mutated: a third do once all numbers count alike, and something is changed inside. A part word for word is neither.';
COMMENT ON COLUMN "core"."public_items"."overlap_share" IS 'Runs of the item found over runs it has of its own, as the kind of overlap counts them.';

CREATE TABLE IF NOT EXISTS "core"."day_loads" (
    "snapshot_date" DATE NOT NULL,
    "load_id" VARCHAR NOT NULL,
    "classifier_id" VARCHAR NOT NULL,
    "embedder_id" VARCHAR NOT NULL,
    "public_item_lists" VARCHAR,
    "definition_id" VARCHAR NOT NULL
);
COMMENT ON TABLE "core"."day_loads" IS 'What each day''s sums stand on; when any of it is another now, the next run sums the days up anew. One row per day.';
COMMENT ON COLUMN "core"."day_loads"."snapshot_date" IS 'UTC day the row sums up.';
COMMENT ON COLUMN "core"."day_loads"."load_id" IS 'Load in force when the day was summed up.';
COMMENT ON COLUMN "core"."day_loads"."classifier_id" IS 'What told what prompts ask for, with the hash of weights and taxonomy.';
COMMENT ON COLUMN "core"."day_loads"."embedder_id" IS 'Embedder of the sampled prompts, with the hash of its weights.';
COMMENT ON COLUMN "core"."day_loads"."public_item_lists" IS 'Lists of public items, with twelve digits of their hashes; null if there were none.';
COMMENT ON COLUMN "core"."day_loads"."definition_id" IS 'Digest of the modules and queries that made the day''s tables; comments and layout do not count.';

CREATE SCHEMA IF NOT EXISTS features;

CREATE TABLE IF NOT EXISTS "features"."payers" (
    "account_id" VARCHAR NOT NULL,
    "payer_id" VARCHAR NOT NULL,
    "payer_basis" VARCHAR NOT NULL,
    "organisation_id" VARCHAR
);
COMMENT ON TABLE "features"."payers" IS 'Who pays for an account, as far as the snapshots say; accounts of one payer are no strangers to each other. In use is an account with an exchange or a payment in the window: all statistics are about these accounts. One row per account in use.';
COMMENT ON COLUMN "features"."payers"."account_id" IS 'Account.';
COMMENT ON COLUMN "features"."payers"."payer_id" IS 'The organisation if known, else the instrument used most, else the account itself.';
COMMENT ON COLUMN "features"."payers"."payer_basis" IS 'Which of the three it is.';
COMMENT ON COLUMN "features"."payers"."organisation_id" IS 'Organisation on the as-of day.';

CREATE TABLE IF NOT EXISTS "features"."template_families" (
    "template_id" VARCHAR NOT NULL,
    "family_id" VARCHAR NOT NULL
);
COMMENT ON TABLE "features"."template_families" IS 'Which templates are one instruction: its beginning and its end, and its variations with a phrase exchanged. One row per template of core.templates.';
COMMENT ON COLUMN "features"."template_families"."template_id" IS 'Template: part and hash of its fixed text.';
COMMENT ON COLUMN "features"."template_families"."family_id" IS 'The most used template of its family; itself where it has no family.';

CREATE TABLE IF NOT EXISTS "features"."templates" (
    "template_id" VARCHAR NOT NULL,
    "part" VARCHAR NOT NULL,
    "text" VARCHAR NOT NULL USING COMPRESSION zstd,
    "variation_count" BIGINT NOT NULL,
    "exchange_count" BIGINT NOT NULL,
    "asked_share" DOUBLE NOT NULL,
    "account_count" BIGINT NOT NULL,
    "payer_count" BIGINT NOT NULL,
    "payer_share" DOUBLE NOT NULL,
    "first_on" DATE NOT NULL,
    "last_on" DATE NOT NULL
);
COMMENT ON TABLE "features"."templates" IS 'Templates over the window, variations taken together, and how many unrelated payers use each. One row per family of templates used by two payers or more.';
COMMENT ON COLUMN "features"."templates"."template_id" IS 'The family''s most used template: part and hash of its fixed text.';
COMMENT ON COLUMN "features"."templates"."part" IS 'Part of the prompt that it fixes.';
COMMENT ON COLUMN "features"."templates"."text" IS 'Its fixed text with slots shown; 400 characters.';
COMMENT ON COLUMN "features"."templates"."variation_count" IS 'Templates in the family: parts of one request, and variations.';
COMMENT ON COLUMN "features"."templates"."exchange_count" IS 'Exchanges that carry it.';
COMMENT ON COLUMN "features"."templates"."asked_share" IS 'Exchanges that ask for what they ask for most: reasoning, grading, trace cleaning, rewriting for a censor, agents'' tasks, or what the model refuses.';
COMMENT ON COLUMN "features"."templates"."account_count" IS 'Accounts that used it.';
COMMENT ON COLUMN "features"."templates"."payer_count" IS 'Payers that used it.';
COMMENT ON COLUMN "features"."templates"."payer_share" IS 'Payers that used it over all active payers.';
COMMENT ON COLUMN "features"."templates"."first_on" IS 'First day it was used in the window.';
COMMENT ON COLUMN "features"."templates"."last_on" IS 'Last day it was used in the window.';

CREATE TABLE IF NOT EXISTS "features"."prompt_profiles" (
    "account_id" VARCHAR NOT NULL,
    "embedder_id" VARCHAR NOT NULL,
    "sample_count" BIGINT NOT NULL,
    "vector_sum" BLOB NOT NULL,
    "topic_spread" DOUBLE,
    "form_spread" DOUBLE,
    "own_prompt_count" BIGINT NOT NULL,
    "own_form_spread" DOUBLE,
    "moment_sum" BLOB NOT NULL,
    "effective_directions" DOUBLE,
    "effective_prompts" DOUBLE,
    "breadth_low" DOUBLE,
    "breadth_high" DOUBLE,
    "breadth_evenness_share" DOUBLE,
    "effective_topics" DOUBLE,
    "topics_low" DOUBLE,
    "topics_high" DOUBLE,
    "distinct_phrase_share" DOUBLE,
    "phrase_entropy_share" DOUBLE,
    "compression_ratio" DOUBLE
);
COMMENT ON TABLE "features"."prompt_profiles" IS 'What an account''s sampled prompts are like: their vector and how varied they are, at a fixed number of them. Variety is of phrasing, which a learned embedding of few languages cannot bias: prompts in any language count alike. One row per account with a sampled prompt.';
COMMENT ON COLUMN "features"."prompt_profiles"."account_id" IS 'Account.';
COMMENT ON COLUMN "features"."prompt_profiles"."embedder_id" IS 'Embedder that made the vectors, with the hash of its weights.';
COMMENT ON COLUMN "features"."prompt_profiles"."sample_count" IS 'Sampled prompts it rests on; the setting prompts_per_account is the most.';
COMMENT ON COLUMN "features"."prompt_profiles"."vector_sum" IS 'Sum of their stored vectors, signed 32-bit numbers, little-endian; a group''s is its members'' sum. Divided by sample_count it is the mean prompt. Each vector has length one, so sum and count hold the trace of the second moment, too: it is topic_spread and form_spread.';
COMMENT ON COLUMN "features"."prompt_profiles"."topic_spread" IS 'Mean cosine distance of two of its prompts by topic, 0–2. Compare within one language only: the default embedder finds prompts in other languages than English alike. Large where many people''s prompts come through; also for one person of many interests.';
COMMENT ON COLUMN "features"."prompt_profiles"."form_spread" IS 'The same by phrasing (hashed word pairs), 0–2, in every language alike. Small for one instruction with a list of items; also for any application with one prompt.';
COMMENT ON COLUMN "features"."prompt_profiles"."own_prompt_count" IS 'Sampled prompts that follow no template which three payers or more use.';
COMMENT ON COLUMN "features"."prompt_profiles"."own_form_spread" IS 'Mean cosine distance by phrasing of two of those, 0–2; null below eight. High where many people''s prompts come through one account, as with resellers, and with one person of many interests.';
COMMENT ON COLUMN "features"."prompt_profiles"."moment_sum" IS 'Sum of the second moments of their phrasing along eight fixed directions: the upper triangle row by row, 36 signed 32-bit numbers, little-endian, 128² to a prompt; a group''s is its members'' sum.';
COMMENT ON COLUMN "features"."prompt_profiles"."effective_directions" IS 'Effective number of directions of that: 1 / mean squared cosine of two different prompts, 1–8; null below eight prompts. Low where one instruction is filled in; also for any application with one prompt, and for one person who writes briefly.';
COMMENT ON COLUMN "features"."prompt_profiles"."effective_prompts" IS 'Effective number of different prompts among eight (Vendi score of order 1 on hashed word pairs), 1–8, mean over disjoint eights; null below eight prompts. High for relays, resellers and every busy person.';
COMMENT ON COLUMN "features"."prompt_profiles"."breadth_low" IS 'Lower end of its 95 % interval (Student''s t over three eights or more).';
COMMENT ON COLUMN "features"."prompt_profiles"."breadth_high" IS 'Upper end of that interval.';
COMMENT ON COLUMN "features"."prompt_profiles"."breadth_evenness_share" IS 'Logarithm of effective_prompts over that of eight: 1 where no two are alike. High and low as that is.';
COMMENT ON COLUMN "features"."prompt_profiles"."effective_topics" IS 'Effective number of different topics among eight prompts (Vendi score of order 1 on the embedder''s vectors), 1–8, mean over disjoint eights; null below eight prompts. High where one instruction is swept over topics or many people''s prompts come through; also for one person of many interests. With the default embedder compare within one language only, as topic_spread.';
COMMENT ON COLUMN "features"."prompt_profiles"."topics_low" IS 'Lower end of its 95 % interval, as that of effective_prompts.';
COMMENT ON COLUMN "features"."prompt_profiles"."topics_high" IS 'Upper end of that interval.';
COMMENT ON COLUMN "features"."prompt_profiles"."distinct_phrase_share" IS 'Distinct over all smallest hashes of word triples among eight prompts, four a prompt, 1/8–1. Low where one template is filled in; also low for forms, alerts and nightly tests.';
COMMENT ON COLUMN "features"."prompt_profiles"."phrase_entropy_share" IS 'Entropy of the same over its largest value: 1 where no phrase comes twice. Low and innocent as that is.';
COMMENT ON COLUMN "features"."prompt_profiles"."compression_ratio" IS 'Bytes of four prompts of a day compressed together over their bytes, summed over days; small where text repeats. Also small for tables and code, and larger for short prompts.';

CREATE TABLE IF NOT EXISTS "features"."template_fills" (
    "template_id" VARCHAR NOT NULL,
    "account_count" BIGINT NOT NULL,
    "use_count" BIGINT NOT NULL,
    "sample_level" BIGINT NOT NULL,
    "fill_count" BIGINT NOT NULL,
    "distinct_fill_count" BIGINT NOT NULL,
    "overlap_observed" DOUBLE NOT NULL,
    "overlap_expected" DOUBLE NOT NULL,
    "overlap_ratio" DOUBLE,
    "repeat_count" BIGINT NOT NULL,
    "repeat_expected" DOUBLE NOT NULL,
    "overlap_p" DOUBLE,
    "reissued_share" DOUBLE NOT NULL,
    "growth_exponent" DOUBLE,
    "zipf_slope" DOUBLE,
    "repeat_share" DOUBLE NOT NULL
);
COMMENT ON TABLE "features"."template_fills" IS 'What fills each template: items that are dealt out over accounts, one set for all, or what users make up. One row per family of templates used by two payers or more.';
COMMENT ON COLUMN "features"."template_fills"."template_id" IS 'Template, as in features.templates.';
COMMENT ON COLUMN "features"."template_fills"."account_count" IS 'Accounts with a fill.';
COMMENT ON COLUMN "features"."template_fills"."use_count" IS 'Exchanges, of the sampled fills.';
COMMENT ON COLUMN "features"."template_fills"."sample_level" IS 'Fills are one in 2 to this power, chosen by hash.';
COMMENT ON COLUMN "features"."template_fills"."fill_count" IS 'Distinct fills of each account, summed.';
COMMENT ON COLUMN "features"."template_fills"."distinct_fill_count" IS 'Distinct fills.';
COMMENT ON COLUMN "features"."template_fills"."overlap_observed" IS 'Fills that two accounts have in common, summed over pairs of accounts.';
COMMENT ON COLUMN "features"."template_fills"."overlap_expected" IS 'The same for independent draws from a pool as large as all that was drawn (hypergeometric).';
COMMENT ON COLUMN "features"."template_fills"."overlap_ratio" IS 'Observed over expected: far below 1 a work queue dealt out, or items that everybody makes up anew; above 1 a class, a benchmark, an application''s recurring items.';
COMMENT ON COLUMN "features"."template_fills"."repeat_count" IS 'fill_count less distinct_fill_count: fills of an account that another one has already.';
COMMENT ON COLUMN "features"."template_fills"."repeat_expected" IS 'The same for independent draws.';
COMMENT ON COLUMN "features"."template_fills"."overlap_p" IS 'Two-sided p of repeat_count: independent draws without replacement, normal approximation; null where fewer than 10 are expected, 2.2e-308 where it is that or less.';
COMMENT ON COLUMN "features"."template_fills"."reissued_share" IS 'Uses of a fill that was used before over uses (1 − distinct_fill_count / use_count). Low for a list worked off once, high for a store that is replayed; also high for nightly suites and popular questions.';
COMMENT ON COLUMN "features"."template_fills"."growth_exponent" IS 'Slope of log distinct fills over log uses (Heaps), from fills used once over fills: 1 is always new, 0 a finite set. Also 1 for anything that users write themselves. Null below 20 fills.';
COMMENT ON COLUMN "features"."template_fills"."zipf_slope" IS 'Least-squares slope of log uses of a fill over log rank, first 1000 ranks: 0 is even, as of a list worked off and of what is always new; −1 is Zipf''s law, as of what users ask. Null below 20 fills.';
COMMENT ON COLUMN "features"."template_fills"."repeat_share" IS 'Exchanges that repeat a long prompt of the account after it was answered, over exchanges: roll-outs, several answers to one prompt to choose from. Also high for nightly suites and for users who press again.';

CREATE TABLE IF NOT EXISTS "features"."accounts" (
    "account_id" VARCHAR NOT NULL,
    "payer_id" VARCHAR NOT NULL,
    "exchange_count" BIGINT NOT NULL,
    "active_day_count" BIGINT NOT NULL,
    "exchanges_per_active_day" DOUBLE NOT NULL,
    "input_tokens_mean" DOUBLE NOT NULL,
    "output_tokens_mean" DOUBLE NOT NULL,
    "prompt_characters_mean" DOUBLE NOT NULL,
    "refused_share" DOUBLE NOT NULL,
    "rate_limited_share" DOUBLE NOT NULL,
    "thinking_share" DOUBLE NOT NULL,
    "tool_share" DOUBLE NOT NULL,
    "image_share" DOUBLE NOT NULL,
    "conversation_share" DOUBLE NOT NULL,
    "distinct_prompt_share" DOUBLE NOT NULL,
    "reasoning_share" DOUBLE NOT NULL,
    "grading_share" DOUBLE NOT NULL,
    "trace_cleaning_share" DOUBLE NOT NULL,
    "policy_rewriting_share" DOUBLE NOT NULL,
    "agentic_share" DOUBLE NOT NULL,
    "safety_probing_share" DOUBLE NOT NULL,
    "addresses_per_active_day" DOUBLE NOT NULL,
    "hour_entropy_share" DOUBLE NOT NULL,
    "night_share" DOUBLE NOT NULL,
    "sessions_per_active_day" DOUBLE NOT NULL,
    "session_minutes_mean" DOUBLE NOT NULL,
    "gap_burstiness" DOUBLE NOT NULL,
    "round_minute_share" DOUBLE NOT NULL,
    "daily_variation" DOUBLE NOT NULL,
    "top_template_share" DOUBLE NOT NULL,
    "template_entropy_bits" DOUBLE NOT NULL,
    "template_rarity" DOUBLE NOT NULL,
    "cross_payer_share" DOUBLE NOT NULL,
    "effective_prompts" DOUBLE,
    "distinct_phrase_share" DOUBLE,
    "compression_ratio" DOUBLE,
    "own_form_spread" DOUBLE,
    "public_item_exact_share" DOUBLE,
    "public_item_mutated_share" DOUBLE
);
COMMENT ON TABLE "features"."accounts" IS 'Features of every account with at least `minimum_exchanges` exchanges in the window. Each says how it is reckoned, what it tells apart, and which honest use has it too. None accuses by itself. One row per account with enough activity.';
COMMENT ON COLUMN "features"."accounts"."account_id" IS 'Account.';
COMMENT ON COLUMN "features"."accounts"."payer_id" IS 'Who pays, as in features.payers.';
COMMENT ON COLUMN "features"."accounts"."exchange_count" IS 'Exchanges in the window. Collecting takes many; so do production services.';
COMMENT ON COLUMN "features"."accounts"."active_day_count" IS 'Days with at least one exchange. Pools of accounts rest and take over; so do projects.';
COMMENT ON COLUMN "features"."accounts"."exchanges_per_active_day" IS 'Exchanges over active days. Evenly high where work is dealt out; also in production.';
COMMENT ON COLUMN "features"."accounts"."input_tokens_mean" IS 'Tokens read over exchanges. Large where rubrics, traces or repositories are sent; also for long documents.';
COMMENT ON COLUMN "features"."accounts"."output_tokens_mean" IS 'Tokens written over exchanges. Large where reasoning is collected, tiny for verdicts; also for writing, and for classifying.';
COMMENT ON COLUMN "features"."accounts"."prompt_characters_mean" IS 'Characters of prompts over exchanges. Alike for all accounts of one list; also for all of one application.';
COMMENT ON COLUMN "features"."accounts"."refused_share" IS 'Refused exchanges over exchanges. High where techniques are tried out; also in safety research and in clumsy phrasing.';
COMMENT ON COLUMN "features"."accounts"."rate_limited_share" IS 'Rate-limited exchanges over exchanges. High where quotas are used to the full; also in batch jobs.';
COMMENT ON COLUMN "features"."accounts"."thinking_share" IS 'Exchanges that ask for visible reasoning over exchanges. High where reasoning is collected; also where it is an application''s default.';
COMMENT ON COLUMN "features"."accounts"."tool_share" IS 'Exchanges that offer tools over exchanges. High where agents'' work is collected; also in agents people build for themselves.';
COMMENT ON COLUMN "features"."accounts"."image_share" IS 'Exchanges with images over exchanges. High where answers on images are collected; also for reading receipts.';
COMMENT ON COLUMN "features"."accounts"."conversation_share" IS 'Exchanges that continue a conversation over exchanges. Low for lists worked off, high for relayed people; also low for batch work, and high for anybody who chats.';
COMMENT ON COLUMN "features"."accounts"."distinct_prompt_share" IS 'Distinct prompts of each day, summed, over exchanges. 1 for lists worked off, low for roll-outs; also 1 for chat, and low for regression suites.';
COMMENT ON COLUMN "features"."accounts"."reasoning_share" IS 'Prompts that ask to write reasoning out over exchanges. What a student model learns from; also high in teaching and debugging.';
COMMENT ON COLUMN "features"."accounts"."grading_share" IS 'Prompts that ask to grade or compare answers over exchanges. High where the model is a judge for training; also at evaluation firms.';
COMMENT ON COLUMN "features"."accounts"."trace_cleaning_share" IS 'Prompts that ask to tidy or judge recorded reasoning over exchanges. High where training data are made ready; also at data labellers.';
COMMENT ON COLUMN "features"."accounts"."policy_rewriting_share" IS 'Prompts that ask for wording a censor or regulator would pass over exchanges. High where answers are made to fit a state''s line; also in public relations and moderation.';
COMMENT ON COLUMN "features"."accounts"."agentic_share" IS 'Prompts of agents, repositories, tools and devices over exchanges. High where agents'' work is collected; also in products built on agents.';
COMMENT ON COLUMN "features"."accounts"."safety_probing_share" IS 'Prompts on what models refuse over exchanges. High where refusals are mapped; also in security research and crime fiction.';
COMMENT ON COLUMN "features"."accounts"."addresses_per_active_day" IS 'Distinct addresses of each day, summed, over active days. High behind rotating proxies; also on the move, and for a company''s seats.';
COMMENT ON COLUMN "features"."accounts"."hour_entropy_share" IS 'Entropy of the exchanges over the 24 hours over log 24; 1 is round the clock. High for dealt-out load; also for services and users in many time zones.';
COMMENT ON COLUMN "features"."accounts"."night_share" IS 'Exchanges in the account''s own six quietest consecutive hours over exchanges, a quarter if flat. High where nobody sleeps; also for services and scheduled jobs.';
COMMENT ON COLUMN "features"."accounts"."sessions_per_active_day" IS 'Runs of exchanges no more than 30 minutes apart, per active day. A service that never pauses has one, and so has a person with one question.';
COMMENT ON COLUMN "features"."accounts"."session_minutes_mean" IS 'Mean length of such a run, minutes. Long for relays, and for agents people leave running.';
COMMENT ON COLUMN "features"."accounts"."gap_burstiness" IS '(σ − μ) / (σ + μ) of the gaps between exchanges within a day: −1 a metronome, 0 chance, towards 1 bursts; 0 for fewer than two gaps. Low for dealt-out load, and for monitoring jobs.';
COMMENT ON COLUMN "features"."accounts"."round_minute_share" IS 'Exchanges in the minutes :00, :15, :30 and :45 over exchanges; 4 in 60 by chance. High where a machine starts the work; so it is with scheduled jobs of every kind.';
COMMENT ON COLUMN "features"."accounts"."daily_variation" IS 'Standard deviation over mean of exchanges per day between first and last active day; 0 for one day. Low for work queues, and for production services.';
COMMENT ON COLUMN "features"."accounts"."top_template_share" IS 'Exchanges that follow the account''s most used family of templates over exchanges. High for lists worked off; also for any application with one prompt.';
COMMENT ON COLUMN "features"."accounts"."template_entropy_bits" IS 'Entropy of the templates of the account''s prompts, bits; one that follows none is of its own. Near 0 for one instruction and a list of items; also for any application with one prompt.';
COMMENT ON COLUMN "features"."accounts"."template_rarity" IS 'Sum over templates that three payers or more share of the account''s share of use × −ln(share of payers that use it), natural units. High where strangers have a rare text in common; also for users of a little-known tool. An application of one payer scores 0, a common framework little.';
COMMENT ON COLUMN "features"."accounts"."cross_payer_share" IS 'Exchanges on templates that three payers or more share and a twentieth of all payers at most, over exchanges. High for one operator behind many payers; also for users of a little-known tool, and for classes.';
COMMENT ON COLUMN "features"."accounts"."effective_prompts" IS 'Effective number of different prompts among eight, 1–8 (features.prompt_profiles); null where fewer were sampled. High where many people''s prompts pass through; also for anybody with varied work.';
COMMENT ON COLUMN "features"."accounts"."distinct_phrase_share" IS 'Distinct over all sampled phrases of eight prompts, 1/8–1. Low for one template with small fills; also for forms, alerts and nightly tests.';
COMMENT ON COLUMN "features"."accounts"."compression_ratio" IS 'Compressed over plain bytes of four prompts together. Small where text repeats; also for code.';
COMMENT ON COLUMN "features"."accounts"."own_form_spread" IS 'Mean distance by phrasing of two prompts that follow no template of several payers, 0–2 (features.prompt_profiles); null below eight. High where an account carries many people''s traffic; also for one person of many interests, and an account that a family or a team shares.';
COMMENT ON COLUMN "features"."accounts"."public_item_exact_share" IS 'Sampled prompts that hold a known public item word for word; null where no list was given. High at evaluation firms: counter-evidence. Also for teachers and for anybody who tries famous puzzles.';
COMMENT ON COLUMN "features"."accounts"."public_item_mutated_share" IS 'Sampled prompts that hold one with other numbers, names or conditions; null where no list was given. High where seeds are varied into training data. Also for teachers who vary exercises.';

CREATE TABLE IF NOT EXISTS "features"."account_capabilities" (
    "account_id" VARCHAR NOT NULL,
    "capability" VARCHAR NOT NULL,
    "exchange_count" BIGINT NOT NULL,
    "share_of_exchanges" DOUBLE NOT NULL,
    "share_low" DOUBLE NOT NULL,
    "share_high" DOUBLE NOT NULL,
    "cohort" VARCHAR NOT NULL,
    "cohort_account_count" BIGINT NOT NULL,
    "cohort_share" DOUBLE,
    "location_quotient" DOUBLE,
    "location_quotient_low" DOUBLE,
    "location_quotient_high" DOUBLE
);
COMMENT ON TABLE "features"."account_capabilities" IS 'What an account asks for beside others of its kind; a capability it never asked for has no row. One row per account with enough activity, and capability.';
COMMENT ON COLUMN "features"."account_capabilities"."account_id" IS 'Account.';
COMMENT ON COLUMN "features"."account_capabilities"."capability" IS 'Capability of the taxonomy (core/capabilities/taxonomy.toml).';
COMMENT ON COLUMN "features"."account_capabilities"."exchange_count" IS 'Exchanges in the window that asked for it.';
COMMENT ON COLUMN "features"."account_capabilities"."share_of_exchanges" IS 'Exchanges that asked for it over all exchanges of the account.';
COMMENT ON COLUMN "features"."account_capabilities"."share_low" IS 'Lower end of the 95 % interval (Wilson) of that share, exchanges taken as independent.';
COMMENT ON COLUMN "features"."account_capabilities"."share_high" IS 'Upper end of that interval.';
COMMENT ON COLUMN "features"."account_capabilities"."cohort" IS 'Accounts it is compared with: of one channel, plan and size, or wider if few.';
COMMENT ON COLUMN "features"."account_capabilities"."cohort_account_count" IS 'Other accounts in the cohort.';
COMMENT ON COLUMN "features"."account_capabilities"."cohort_share" IS 'Mean of the others'' shares; each account counts once, whatever its volume.';
COMMENT ON COLUMN "features"."account_capabilities"."location_quotient" IS 'Share over cohort share; where no other asked for it, over half an exchange of them all. Above 1 is more than others. Also high for any specialised product.';
COMMENT ON COLUMN "features"."account_capabilities"."location_quotient_low" IS 'Lower end of its 95 % interval, from the spread over accounts.';
COMMENT ON COLUMN "features"."account_capabilities"."location_quotient_high" IS 'Upper end of that interval.';

CREATE TABLE IF NOT EXISTS "features"."organisation_decisions" (
    "decision_number" BIGINT NOT NULL,
    "organisation_a" VARCHAR NOT NULL,
    "organisation_b" VARCHAR NOT NULL,
    "decision" VARCHAR NOT NULL,
    "decided_by" VARCHAR NOT NULL,
    "reason" VARCHAR NOT NULL,
    "decided_at" TIMESTAMP NOT NULL,
    "is_in_force" BOOLEAN NOT NULL
);
COMMENT ON TABLE "features"."organisation_decisions" IS 'What people decided on whether two organisations are one, read from the state folder''s log of decisions. One row per decision on two organisations.';
COMMENT ON COLUMN "features"."organisation_decisions"."decision_number" IS 'Place in the log; later ones overrule.';
COMMENT ON COLUMN "features"."organisation_decisions"."organisation_a" IS 'Organisation; its own facts come first where the two disagree.';
COMMENT ON COLUMN "features"."organisation_decisions"."organisation_b" IS 'The other organisation.';
COMMENT ON COLUMN "features"."organisation_decisions"."decision" IS 'Same, different, or undecided again.';
COMMENT ON COLUMN "features"."organisation_decisions"."decided_by" IS 'Who decided, as they wrote it.';
COMMENT ON COLUMN "features"."organisation_decisions"."reason" IS 'Why, as they wrote it.';
COMMENT ON COLUMN "features"."organisation_decisions"."decided_at" IS 'When, UTC.';
COMMENT ON COLUMN "features"."organisation_decisions"."is_in_force" IS 'Whether no later decision on the same two overrules it.';

CREATE TABLE IF NOT EXISTS "features"."organisation_pairs" (
    "organisation_a" VARCHAR NOT NULL,
    "organisation_b" VARCHAR NOT NULL,
    "shared" VARCHAR NOT NULL,
    "agreeing" VARCHAR NOT NULL,
    "contradicting" VARCHAR NOT NULL,
    "is_same_entry" BOOLEAN NOT NULL
);
COMMENT ON TABLE "features"."organisation_pairs" IS 'Records that share a register entry, a domain or a form of their name, with all that speaks for and against. One row per pair of organisations that share a key.';
COMMENT ON COLUMN "features"."organisation_pairs"."organisation_a" IS 'The organisation with the smaller id.';
COMMENT ON COLUMN "features"."organisation_pairs"."organisation_b" IS 'The other organisation.';
COMMENT ON COLUMN "features"."organisation_pairs"."shared" IS 'Keys in common, the strongest first, comma-separated: lei, registration_number, domain, name, name_sound (in Latin letters), name_stem (without place and trade).';
COMMENT ON COLUMN "features"."organisation_pairs"."agreeing" IS 'These keys and equal places, comma-separated.';
COMMENT ON COLUMN "features"."organisation_pairs"."contradicting" IS 'Facts that differ, and stakes in each other, comma-separated; may be empty.';
COMMENT ON COLUMN "features"."organisation_pairs"."is_same_entry" IS 'Whether a register entry agrees and nothing contradicts: they are merged.';

CREATE TABLE IF NOT EXISTS "features"."organisation_identities" (
    "organisation_id" VARCHAR NOT NULL,
    "identity_id" VARCHAR NOT NULL,
    "basis" VARCHAR,
    "record_count" BIGINT NOT NULL,
    "name" VARCHAR,
    "kind" VARCHAR,
    "headquarters" VARCHAR,
    "jurisdiction" VARCHAR
);
COMMENT ON TABLE "features"."organisation_identities" IS 'Which organisations are one: records with the same register entry, or that a person called the same. One row per organisation of the newest register.';
COMMENT ON COLUMN "features"."organisation_identities"."organisation_id" IS 'Organisation as it came in.';
COMMENT ON COLUMN "features"."organisation_identities"."identity_id" IS 'Organisation that stands for all records of it; itself if there is one.';
COMMENT ON COLUMN "features"."organisation_identities"."basis" IS 'What ties this record to another; the strongest if several, null for a single record.';
COMMENT ON COLUMN "features"."organisation_identities"."record_count" IS 'Records of the same organisation, this one included.';
COMMENT ON COLUMN "features"."organisation_identities"."name" IS 'Name as registered, on one line; 200 characters.';
COMMENT ON COLUMN "features"."organisation_identities"."kind" IS 'What it is, as registered.';
COMMENT ON COLUMN "features"."organisation_identities"."headquarters" IS 'Country of headquarters, alpha-2.';
COMMENT ON COLUMN "features"."organisation_identities"."jurisdiction" IS 'Country of incorporation, alpha-2.';

CREATE SCHEMA IF NOT EXISTS clusters;

CREATE TABLE IF NOT EXISTS "clusters"."account_clusters" (
    "account_id" VARCHAR NOT NULL,
    "map_x" DOUBLE NOT NULL,
    "map_y" DOUBLE NOT NULL,
    "cluster_id" BIGINT NOT NULL,
    "membership" DOUBLE NOT NULL
);
COMMENT ON TABLE "clusters"."account_clusters" IS 'Where an account lies on the map of behaviour and which cluster it belongs to, noise kept. One row per account on the map.';
COMMENT ON COLUMN "clusters"."account_clusters"."account_id" IS 'Account.';
COMMENT ON COLUMN "clusters"."account_clusters"."map_x" IS 'First coordinate on the map; only neighbourhoods mean anything.';
COMMENT ON COLUMN "clusters"."account_clusters"."map_y" IS 'Second coordinate on the map.';
COMMENT ON COLUMN "clusters"."account_clusters"."cluster_id" IS 'Cluster, numbered by falling size; -1 is noise.';
COMMENT ON COLUMN "clusters"."account_clusters"."membership" IS 'HDBSCAN''s membership strength; 0 for noise.';

CREATE TABLE IF NOT EXISTS "clusters"."cluster_profiles" (
    "cluster_id" BIGINT NOT NULL,
    "feature" VARCHAR NOT NULL,
    "account_count" BIGINT NOT NULL,
    "cluster_median" DOUBLE NOT NULL,
    "other_median" DOUBLE NOT NULL,
    "distance" DOUBLE NOT NULL
);
COMMENT ON TABLE "clusters"."cluster_profiles" IS 'What sets a cluster apart: its features farthest from all other accounts''. One row per cluster and feature that sets it apart.';
COMMENT ON COLUMN "clusters"."cluster_profiles"."cluster_id" IS 'Cluster; -1 is noise.';
COMMENT ON COLUMN "clusters"."cluster_profiles"."feature" IS 'Feature of features.accounts.';
COMMENT ON COLUMN "clusters"."cluster_profiles"."account_count" IS 'Accounts in the cluster.';
COMMENT ON COLUMN "clusters"."cluster_profiles"."cluster_median" IS 'Median in the cluster.';
COMMENT ON COLUMN "clusters"."cluster_profiles"."other_median" IS 'Median of all other accounts.';
COMMENT ON COLUMN "clusters"."cluster_profiles"."distance" IS 'Cliff''s delta against all other accounts, −1 to 1.';

CREATE TABLE IF NOT EXISTS "clusters"."cluster_stability" (
    "cluster_id" BIGINT NOT NULL,
    "account_count" BIGINT NOT NULL,
    "account_share" DOUBLE NOT NULL,
    "together_share" DOUBLE,
    "stability" DOUBLE,
    "draw_count" BIGINT NOT NULL
);
COMMENT ON TABLE "clusters"."cluster_stability" IS 'How large each cluster is and how surely it is found again with a part of the accounts; noise has its size. One row per cluster.';
COMMENT ON COLUMN "clusters"."cluster_stability"."cluster_id" IS 'Cluster; -1 is noise.';
COMMENT ON COLUMN "clusters"."cluster_stability"."account_count" IS 'Accounts in the cluster.';
COMMENT ON COLUMN "clusters"."cluster_stability"."account_share" IS 'Share of all accounts on the map.';
COMMENT ON COLUMN "clusters"."cluster_stability"."together_share" IS 'Share of the pairs of its accounts that come together again when map and clusters are made anew from a random four fifths of the accounts, 2,500 at most, and with another seed; mean over the draws. Null for noise.';
COMMENT ON COLUMN "clusters"."cluster_stability"."stability" IS 'Mean overlap (Jaccard) with the most similar cluster of those draws: low also where it goes up in a larger one. A stable cluster is a class of behaviour, guilty or not. Null for noise.';
COMMENT ON COLUMN "clusters"."cluster_stability"."draw_count" IS 'Draws that held two of its accounts or more.';

CREATE SCHEMA IF NOT EXISTS links;

CREATE TABLE IF NOT EXISTS "links"."account_signals" (
    "account_id" VARCHAR NOT NULL,
    "signal_kind" VARCHAR NOT NULL,
    "signal_value" VARCHAR NOT NULL,
    "use_count" BIGINT NOT NULL,
    "use_share" DOUBLE,
    "first_at" TIMESTAMP NOT NULL,
    "last_at" TIMESTAMP NOT NULL
);
COMMENT ON TABLE "links"."account_signals" IS 'Which account was seen with which shared value in the window; values of one account only are left out. One row per account and signal value it shares with another.';
COMMENT ON COLUMN "links"."account_signals"."account_id" IS 'Account.';
COMMENT ON COLUMN "links"."account_signals"."signal_kind" IS 'payment_instrument, ip, ip_prefix, signup_ip, api_key, client_fingerprint, user_agent, email_domain, disposable_email_domain, organisation, controlling_organisation, conversation, prompt or prompt_template.';
COMMENT ON COLUMN "links"."account_signals"."signal_value" IS 'Value as it came in; an attacker may have written it.';
COMMENT ON COLUMN "links"."account_signals"."use_count" IS 'Exchanges, payments or states that carry the value.';
COMMENT ON COLUMN "links"."account_signals"."use_share" IS 'Share of the account''s exchanges that carry it; null for payments and states.';
COMMENT ON COLUMN "links"."account_signals"."first_at" IS 'First use in the window, UTC.';
COMMENT ON COLUMN "links"."account_signals"."last_at" IS 'Last use in the window, UTC.';

CREATE TABLE IF NOT EXISTS "links"."signals" (
    "signal_kind" VARCHAR NOT NULL,
    "signal_value" VARCHAR NOT NULL,
    "family" VARCHAR NOT NULL,
    "account_count" BIGINT NOT NULL,
    "payer_count" BIGINT NOT NULL,
    "bits" DOUBLE NOT NULL,
    "network_kind" VARCHAR,
    "is_hub" BOOLEAN NOT NULL,
    "hub_reason" VARCHAR,
    "first_at" TIMESTAMP NOT NULL,
    "last_at" TIMESTAMP NOT NULL
);
COMMENT ON TABLE "links"."signals" IS 'Values that accounts share in the window, how rare each is, and why some are set aside as hubs. One row per signal value shared by two accounts or more.';
COMMENT ON COLUMN "links"."signals"."signal_kind" IS 'Kind, as in links.account_signals.';
COMMENT ON COLUMN "links"."signals"."signal_value" IS 'Value as it came in; an attacker may have written it.';
COMMENT ON COLUMN "links"."signals"."family" IS 'Independence family of the kind.';
COMMENT ON COLUMN "links"."signals"."account_count" IS 'Accounts that share the value.';
COMMENT ON COLUMN "links"."signals"."payer_count" IS 'Unrelated payers among them.';
COMMENT ON COLUMN "links"."signals"."bits" IS 'Rarity: log2(accounts in all / accounts that share it).';
COMMENT ON COLUMN "links"."signals"."network_kind" IS 'What the address block of an address is used for, if known.';
COMMENT ON COLUMN "links"."signals"."is_hub" IS 'Whether too many accounts, or anybody, may share it for it to link any two.';
COMMENT ON COLUMN "links"."signals"."hub_reason" IS 'Why it is a hub; null if it is none.';
COMMENT ON COLUMN "links"."signals"."first_at" IS 'First use in the window, UTC.';
COMMENT ON COLUMN "links"."signals"."last_at" IS 'Last use in the window, UTC.';

CREATE TABLE IF NOT EXISTS "links"."edges" (
    "layer" VARCHAR NOT NULL,
    "account_a" VARCHAR NOT NULL,
    "account_b" VARCHAR NOT NULL,
    "bits" DOUBLE NOT NULL,
    "family_count" BIGINT NOT NULL,
    "families" VARCHAR NOT NULL,
    "shared_count" BIGINT NOT NULL,
    "strongest_kind" VARCHAR NOT NULL,
    "strongest_value" VARCHAR NOT NULL,
    "signals" VARCHAR NOT NULL,
    "first_at" TIMESTAMP NOT NULL,
    "last_at" TIMESTAMP NOT NULL,
    "p_value" DOUBLE NOT NULL,
    "q_value" DOUBLE NOT NULL
);
COMMENT ON TABLE "links"."edges" IS 'Pairs that rare values link (infrastructure), or more passing values than chance (behaviour). One row per layer and pair of accounts that is linked.';
COMMENT ON COLUMN "links"."edges"."layer" IS 'behaviour: conversations handed over or prompts sent again; infrastructure: everything else.';
COMMENT ON COLUMN "links"."edges"."account_a" IS 'The account with the smaller id.';
COMMENT ON COLUMN "links"."edges"."account_b" IS 'The other account.';
COMMENT ON COLUMN "links"."edges"."bits" IS 'Infrastructure: sum over families of the rarest shared value''s bits. Behaviour: sum over all that they share.';
COMMENT ON COLUMN "links"."edges"."family_count" IS 'Independence families that the pair shares values of.';
COMMENT ON COLUMN "links"."edges"."families" IS 'Those families, sorted, comma-separated.';
COMMENT ON COLUMN "links"."edges"."shared_count" IS 'Values of these families that the pair shares.';
COMMENT ON COLUMN "links"."edges"."strongest_kind" IS 'Kind of the rarest shared value.';
COMMENT ON COLUMN "links"."edges"."strongest_value" IS 'The rarest shared value.';
COMMENT ON COLUMN "links"."edges"."signals" IS 'Values that carry the edge, as JSON: a list of signal_kind and signal_value, the strongest first. Infrastructure: the rarest value of each family, which bits adds up. Behaviour: one of each kind of which the pair shares more than chance gives.';
COMMENT ON COLUMN "links"."edges"."first_at" IS 'When both accounts first had a value of these families in common, UTC; of prompts the day.';
COMMENT ON COLUMN "links"."edges"."last_at" IS 'Last use of such a value by either, UTC; of prompts the day.';
COMMENT ON COLUMN "links"."edges"."p_value" IS 'Chance of as many shared values: hypergeometric for infrastructure (both accounts'' rare values are drawn from all rare values at random), Poisson for behaviour.';
COMMENT ON COLUMN "links"."edges"."q_value" IS 'The same after Benjamini–Hochberg over all pairs of accounts in use.';

CREATE TABLE IF NOT EXISTS "links"."groups" (
    "group_id" VARCHAR NOT NULL,
    "formed_by" VARCHAR NOT NULL,
    "account_count" BIGINT NOT NULL,
    "payer_count" BIGINT NOT NULL,
    "organisation_count" BIGINT NOT NULL,
    "talk_share" DOUBLE,
    "stability" DOUBLE NOT NULL,
    "stability_draws" BIGINT NOT NULL
);
COMMENT ON TABLE "links"."groups" IS 'Candidate groups: sets of accounts to be judged, however they were found. One row per candidate group.';
COMMENT ON COLUMN "links"."groups"."group_id" IS 'Hash of the members; changes with them.';
COMMENT ON COLUMN "links"."groups"."formed_by" IS 'What the group was found by; that alone is never its only evidence.';
COMMENT ON COLUMN "links"."groups"."account_count" IS 'Members.';
COMMENT ON COLUMN "links"."groups"."payer_count" IS 'Unrelated payers among them.';
COMMENT ON COLUMN "links"."groups"."organisation_count" IS 'Organisations among them.';
COMMENT ON COLUMN "links"."groups"."talk_share" IS 'Mean over the members of the share of their exchanges that continue a conversation (features.accounts), null where it is known of none. Tells a list from talk: what people say to each answer comes but once, as items of a list do. High for staff at work, for resold chat and for agents, which go on with their conversations.';
COMMENT ON COLUMN "links"."groups"."stability" IS 'Mean overlap (Jaccard) with the most similar group that is found when a fifth of the shared values is left out: near 1 for a real group, guilty or not; near 0 for a community of noise.';
COMMENT ON COLUMN "links"."groups"."stability_draws" IS 'Times that was done.';

CREATE TABLE IF NOT EXISTS "links"."group_accounts" (
    "group_id" VARCHAR NOT NULL,
    "account_id" VARCHAR NOT NULL
);
COMMENT ON TABLE "links"."group_accounts" IS 'Members of candidate groups. One row per account in a candidate group.';
COMMENT ON COLUMN "links"."group_accounts"."group_id" IS 'Group.';
COMMENT ON COLUMN "links"."group_accounts"."account_id" IS 'Account.';

CREATE TABLE IF NOT EXISTS "links"."group_signals" (
    "group_id" VARCHAR NOT NULL,
    "signal_kind" VARCHAR NOT NULL,
    "signal_value" VARCHAR NOT NULL,
    "family" VARCHAR NOT NULL,
    "accounts_sharing" BIGINT NOT NULL,
    "accounts_sharing_outside" BIGINT NOT NULL,
    "expected" DOUBLE NOT NULL,
    "lift" DOUBLE NOT NULL,
    "p_value" DOUBLE NOT NULL,
    "q_value" DOUBLE NOT NULL,
    "is_hub" BOOLEAN NOT NULL
);
COMMENT ON TABLE "links"."group_signals" IS 'Values that members of a group share, tested against chance. One row per signal value in a candidate group.';
COMMENT ON COLUMN "links"."group_signals"."group_id" IS 'Group.';
COMMENT ON COLUMN "links"."group_signals"."signal_kind" IS 'Kind of the value.';
COMMENT ON COLUMN "links"."group_signals"."signal_value" IS 'Value as it came in; an attacker may have written it.';
COMMENT ON COLUMN "links"."group_signals"."family" IS 'Independence family of the kind.';
COMMENT ON COLUMN "links"."group_signals"."accounts_sharing" IS 'Members with the value.';
COMMENT ON COLUMN "links"."group_signals"."accounts_sharing_outside" IS 'Accounts outside the group with the value.';
COMMENT ON COLUMN "links"."group_signals"."expected" IS 'Members expected with the value if it were spread at random.';
COMMENT ON COLUMN "links"."group_signals"."lift" IS 'Members with the value over those expected.';
COMMENT ON COLUMN "links"."group_signals"."p_value" IS 'Hypergeometric upper tail: chance of as many members by luck.';
COMMENT ON COLUMN "links"."group_signals"."q_value" IS 'The same after Benjamini–Hochberg over all tests of the run.';
COMMENT ON COLUMN "links"."group_signals"."is_hub" IS 'Whether the value is a hub and therefore no evidence of a link.';

CREATE TABLE IF NOT EXISTS "links"."group_items" (
    "group_id" VARCHAR NOT NULL,
    "account_count" BIGINT NOT NULL,
    "item_count" BIGINT NOT NULL,
    "use_count" BIGINT NOT NULL,
    "sending_count" BIGINT NOT NULL,
    "pair_count" BIGINT NOT NULL,
    "comparable_pair_count" BIGINT NOT NULL,
    "recurring_share" DOUBLE NOT NULL,
    "several_accounts_share" DOUBLE NOT NULL,
    "stock_size" DOUBLE NOT NULL,
    "popularity" DOUBLE NOT NULL,
    "day_share" DOUBLE NOT NULL,
    "day_count" BIGINT NOT NULL,
    "anybody_recurring_share" DOUBLE NOT NULL,
    "anybody_day_share" DOUBLE NOT NULL,
    "anybody_later_share" DOUBLE NOT NULL,
    "anybody_account_count" BIGINT NOT NULL,
    "anybody_payer_count" BIGINT NOT NULL,
    "item_turn_share" DOUBLE NOT NULL
);
COMMENT ON TABLE "links"."group_items" IS 'What each group sends under its rare templates: whether items come again, and in how many accounts. One row per candidate group with rare templates of its own.';
COMMENT ON COLUMN "links"."group_items"."group_id" IS 'Group.';
COMMENT ON COLUMN "links"."group_items"."account_count" IS 'Members that use the templates.';
COMMENT ON COLUMN "links"."group_items"."item_count" IS 'Distinct items (fills), of very many a sample.';
COMMENT ON COLUMN "links"."group_items"."use_count" IS 'Exchanges that carry them.';
COMMENT ON COLUMN "links"."group_items"."sending_count" IS 'Sendings: an item and a day, and an account unless items are dealt out, each to less than half of the members. Several answers to one item and retries are one sending.';
COMMENT ON COLUMN "links"."group_items"."pair_count" IS 'Pairs of sendings of the same item.';
COMMENT ON COLUMN "links"."group_items"."comparable_pair_count" IS 'Pairs of sendings that could be of the same item: of items dealt out those of two days.';
COMMENT ON COLUMN "links"."group_items"."recurring_share" IS 'Sendings whose item is sent more than once over all of them: near 0 for a list worked off once; high for an application, a benchmark, a nightly suite, and for stored prompts sent again.';
COMMENT ON COLUMN "links"."group_items"."several_accounts_share" IS 'Exchanges whose item comes in more than one account.';
COMMENT ON COLUMN "links"."group_items"."stock_size" IS 'Items there are, seen or not, by those seen once and twice (Chao 1984).';
COMMENT ON COLUMN "links"."group_items"."popularity" IS 'Pairs of equal items over those that draws from such a stock give if all items are as likely: about 1 for a stock that is worked through, far more where some are popular, as with what people ask.';
COMMENT ON COLUMN "links"."group_items"."day_share" IS 'Days an item comes on over the group''s days, mean over exchanges; near 1 for a nightly suite.';
COMMENT ON COLUMN "links"."group_items"."day_count" IS 'Days on which the templates were used.';
COMMENT ON COLUMN "links"."group_items"."anybody_recurring_share" IS 'Sendings of the members'' items, by members or by others who use the templates like them, whose item is sent more than once.';
COMMENT ON COLUMN "links"."group_items"."anybody_day_share" IS 'day_share over the same accounts.';
COMMENT ON COLUMN "links"."group_items"."anybody_later_share" IS 'Exchanges of the same accounts whose item comes on more than one day: retries come on one, reruns on several.';
COMMENT ON COLUMN "links"."group_items"."anybody_account_count" IS 'Those accounts, members included.';
COMMENT ON COLUMN "links"."group_items"."anybody_payer_count" IS 'Unrelated payers among them.';
COMMENT ON COLUMN "links"."group_items"."item_turn_share" IS 'Exchanges with the items that continue a conversation: talk and agents'' runs are no list of items.';

CREATE TABLE IF NOT EXISTS "links"."group_prompts" (
    "group_id" VARCHAR NOT NULL,
    "use_count" BIGINT NOT NULL,
    "prompt_count" BIGINT NOT NULL,
    "resent_share" DOUBLE NOT NULL,
    "later_prompt_count" BIGINT NOT NULL,
    "again_prompt_count" BIGINT NOT NULL,
    "again_share" DOUBLE NOT NULL,
    "popularity" DOUBLE,
    "day_share" DOUBLE NOT NULL,
    "day_count" BIGINT NOT NULL,
    "repeat_dispersion" DOUBLE
);
COMMENT ON TABLE "links"."group_prompts" IS 'How much of what each group sends word for word comes from several of its accounts. One row per candidate group that sends long prompts.';
COMMENT ON COLUMN "links"."group_prompts"."group_id" IS 'Group.';
COMMENT ON COLUMN "links"."group_prompts"."use_count" IS 'Exchanges with a long prompt, of very many a sample.';
COMMENT ON COLUMN "links"."group_prompts"."prompt_count" IS 'Distinct prompts among them.';
COMMENT ON COLUMN "links"."group_prompts"."resent_share" IS 'Exchanges whose prompt comes from more than one account. Also high for classes and suites.';
COMMENT ON COLUMN "links"."group_prompts"."later_prompt_count" IS 'Distinct prompts that another member sends on another day.';
COMMENT ON COLUMN "links"."group_prompts"."again_prompt_count" IS 'The same and those that another member sends the same day, less calls that failed.';
COMMENT ON COLUMN "links"."group_prompts"."again_share" IS 'Such prompts among the account-days of all. A store that is sent again; also classes and suites.';
COMMENT ON COLUMN "links"."group_prompts"."popularity" IS 'Pairs of equal prompts over those that an evenly used stock would give: near 1 for a store, high where some are favourites, as people''s questions and exercises are. A prompt counts once an account and day.';
COMMENT ON COLUMN "links"."group_prompts"."day_share" IS 'Share of the active days on which a prompt comes, from anybody, on average: 1 for a suite run every night.';
COMMENT ON COLUMN "links"."group_prompts"."day_count" IS 'Days with a long prompt.';
COMMENT ON COLUMN "links"."group_prompts"."repeat_dispersion" IS 'The same as popularity over the prompts that come again alone: 1 for an evenly used store whatever else the accounts send, more where some are favourites. Null where none comes again.';

CREATE TABLE IF NOT EXISTS "links"."group_tests" (
    "group_id" VARCHAR NOT NULL,
    "measure" VARCHAR NOT NULL,
    "claim" VARCHAR NOT NULL,
    "value" DOUBLE NOT NULL,
    "baseline" DOUBLE NOT NULL,
    "low" DOUBLE,
    "high" DOUBLE,
    "group_mean" DOUBLE,
    "other_mean" DOUBLE,
    "null_model" VARCHAR NOT NULL,
    "sample_size" BIGINT NOT NULL,
    "p_value" DOUBLE,
    "q_value" DOUBLE,
    "detail" VARCHAR
);
COMMENT ON TABLE "links"."group_tests" IS 'Statistics of each group: what it does together, against a named null. One row per claim tested on a candidate group.';
COMMENT ON COLUMN "links"."group_tests"."group_id" IS 'Group.';
COMMENT ON COLUMN "links"."group_tests"."measure" IS 'What is measured. cohort_distance, for example, is how far a group''s prompts lie from those of accounts of the same channel, plan and volume: the maximum mean discrepancy, the distance between both means of 256 random features of a Gaussian kernel on the prompts'' vectors, from 0 (alike) to about 1.4, each account counted once and without what letters explain; only for groups with 1,000 sampled prompts and more, on fewer it says nothing. Campaigns ask for one thing and are far; so is every company or class with a subject of its own, so that it only corroborates.';
COMMENT ON COLUMN "links"."group_tests"."claim" IS 'Claim that the measure speaks to, or against.';
COMMENT ON COLUMN "links"."group_tests"."value" IS 'Rates: chance that a random member lies above a random other account. Otherwise the statistic itself: null_model says which.';
COMMENT ON COLUMN "links"."group_tests"."baseline" IS 'Value expected under the null.';
COMMENT ON COLUMN "links"."group_tests"."low" IS 'Lower end of the value''s 95 % interval, where it has one.';
COMMENT ON COLUMN "links"."group_tests"."high" IS 'Upper end of the value''s 95 % interval, where it has one.';
COMMENT ON COLUMN "links"."group_tests"."group_mean" IS 'Mean of the measure over the members.';
COMMENT ON COLUMN "links"."group_tests"."other_mean" IS 'Mean of the measure over all other accounts.';
COMMENT ON COLUMN "links"."group_tests"."null_model" IS 'The null the p-value refers to; where none is tested, what the baseline is.';
COMMENT ON COLUMN "links"."group_tests"."sample_size" IS 'Units the measure rests on.';
COMMENT ON COLUMN "links"."group_tests"."p_value" IS 'Chance of a value as extreme under the null. Null for measures that only describe what another one tests: release_persistence (share of calls on the new model from the second day on over that of the first day, of accounts that moved within it: 1 where the move stays, 0 where all go back) and release_new_prompts (share of long prompts, on days mostly on the new model, that no member sent before the release).';
COMMENT ON COLUMN "links"."group_tests"."q_value" IS 'The same after Benjamini–Hochberg over all tests of the run; null without p.';
COMMENT ON COLUMN "links"."group_tests"."detail" IS 'What was counted, for people.';

CREATE TABLE IF NOT EXISTS "links"."failover_pairs" (
    "group_id" VARCHAR NOT NULL,
    "from_account_id" VARCHAR NOT NULL,
    "to_account_id" VARCHAR NOT NULL,
    "event" VARCHAR NOT NULL,
    "reaction" VARCHAR NOT NULL,
    "event_count" BIGINT NOT NULL,
    "followed_count" BIGINT NOT NULL,
    "expected" DOUBLE NOT NULL,
    "delay_minutes" DOUBLE NOT NULL,
    "p_value" DOUBLE NOT NULL,
    "q_value" DOUBLE NOT NULL
);
COMMENT ON TABLE "links"."failover_pairs" IS 'Which account of a group took over from which after a ban or a rate limit, where chance seldom does so. One row per ordered pair of accounts of a candidate group of which one takes over.';
COMMENT ON COLUMN "links"."failover_pairs"."group_id" IS 'Group.';
COMMENT ON COLUMN "links"."failover_pairs"."from_account_id" IS 'Account that was banned or rate-limited.';
COMMENT ON COLUMN "links"."failover_pairs"."to_account_id" IS 'Account that took over.';
COMMENT ON COLUMN "links"."failover_pairs"."event" IS 'What befell the first account. Bans that come within an hour of another are left out.';
COMMENT ON COLUMN "links"."failover_pairs"."reaction" IS 'first_call: the other''s first call of the window, within 60 minutes. more_calls: more calls in the minutes after the event (60 after a ban, 5 after a rate limit) than in as many before.';
COMMENT ON COLUMN "links"."failover_pairs"."event_count" IS 'Events of that kind.';
COMMENT ON COLUMN "links"."failover_pairs"."followed_count" IS 'Events that the reaction followed.';
COMMENT ON COLUMN "links"."failover_pairs"."expected" IS 'Events it would follow if they fell at nearly the same time of day on other days of the same kind on which the other account sent as much; its own calls stay where they are.';
COMMENT ON COLUMN "links"."failover_pairs"."delay_minutes" IS 'Minutes from the event to the other account''s next call, median over those followed.';
COMMENT ON COLUMN "links"."failover_pairs"."p_value" IS 'Chance of as many events followed: Poisson binomial over the compared moments, all counted.';
COMMENT ON COLUMN "links"."failover_pairs"."q_value" IS 'The same after Benjamini–Hochberg over all pairs of the run that were looked at, listed or not.';

CREATE TABLE IF NOT EXISTS "links"."group_evidence" (
    "group_id" VARCHAR NOT NULL,
    "evidence" VARCHAR NOT NULL,
    "claim" VARCHAR NOT NULL,
    "weight" VARCHAR NOT NULL,
    "value" DOUBLE NOT NULL,
    "baseline" DOUBLE NOT NULL,
    "q_value" DOUBLE NOT NULL,
    "account_count" BIGINT,
    "coverage" DOUBLE
);
COMMENT ON TABLE "links"."group_evidence" IS 'What each group shows, by kind of evidence, with how many members carry it; not all of it counts. One row per kind of evidence in a candidate group.';
COMMENT ON COLUMN "links"."group_evidence"."group_id" IS 'Group.';
COMMENT ON COLUMN "links"."group_evidence"."evidence" IS 'Kind of evidence, as listed in links/evidence.py.';
COMMENT ON COLUMN "links"."group_evidence"."claim" IS 'Claim that it speaks to, or against.';
COMMENT ON COLUMN "links"."group_evidence"."weight" IS 'Whether it can carry a judgement, only goes with what others show, or speaks against the claim.';
COMMENT ON COLUMN "links"."group_evidence"."value" IS 'Shared values: members with the most significant one. Otherwise the value in links.group_tests.';
COMMENT ON COLUMN "links"."group_evidence"."baseline" IS 'Value expected under the null.';
COMMENT ON COLUMN "links"."group_evidence"."q_value" IS 'q-value of the test; the smallest one where there are several values.';
COMMENT ON COLUMN "links"."group_evidence"."account_count" IS 'Members that carry it; null if the group as a whole does.';
COMMENT ON COLUMN "links"."group_evidence"."coverage" IS 'Carriers over members; null if the group as a whole carries it.';

CREATE TABLE IF NOT EXISTS "links"."group_evidence_accounts" (
    "group_id" VARCHAR NOT NULL,
    "evidence" VARCHAR NOT NULL,
    "account_id" VARCHAR NOT NULL
);
COMMENT ON TABLE "links"."group_evidence_accounts" IS 'Which members carry which evidence of their group. One row per kind of evidence that an account of a group carries.';
COMMENT ON COLUMN "links"."group_evidence_accounts"."group_id" IS 'Group.';
COMMENT ON COLUMN "links"."group_evidence_accounts"."evidence" IS 'Kind of evidence.';
COMMENT ON COLUMN "links"."group_evidence_accounts"."account_id" IS 'Account that carries it.';

CREATE TABLE IF NOT EXISTS "links"."organisation_candidates" (
    "organisation_a" VARCHAR NOT NULL,
    "organisation_b" VARCHAR NOT NULL,
    "name_a" VARCHAR,
    "name_b" VARCHAR,
    "matched_by" VARCHAR,
    "agreeing" VARCHAR NOT NULL,
    "contradicting" VARCHAR NOT NULL,
    "account_count" BIGINT NOT NULL,
    "decision" VARCHAR
);
COMMENT ON TABLE "links"."organisation_candidates" IS 'Pairs for a person to look at: alike, and not merged. Nothing here has an effect before somebody decides. One row per pair of organisations that may be one.';
COMMENT ON COLUMN "links"."organisation_candidates"."organisation_a" IS 'The organisation with the smaller id.';
COMMENT ON COLUMN "links"."organisation_candidates"."organisation_b" IS 'The other organisation.';
COMMENT ON COLUMN "links"."organisation_candidates"."name_a" IS 'Its name, on one line; 200 characters.';
COMMENT ON COLUMN "links"."organisation_candidates"."name_b" IS 'The other''s name, on one line; 200 characters.';
COMMENT ON COLUMN "links"."organisation_candidates"."matched_by" IS 'The strongest agreement: register entry or domain (with something that speaks against it), the name without its legal form, its transliteration, or its stem without place and trade; null: a decision alone.';
COMMENT ON COLUMN "links"."organisation_candidates"."agreeing" IS 'Everything that agrees, comma-separated.';
COMMENT ON COLUMN "links"."organisation_candidates"."contradicting" IS 'What speaks against one organisation, comma-separated; may be empty.';
COMMENT ON COLUMN "links"."organisation_candidates"."account_count" IS 'Accounts of either.';
COMMENT ON COLUMN "links"."organisation_candidates"."decision" IS 'What was decided; null: nothing yet.';

CREATE TABLE IF NOT EXISTS "links"."ownership_verdicts" (
    "organisation_id" VARCHAR NOT NULL,
    "identity_id" VARCHAR NOT NULL,
    "verdict" VARCHAR NOT NULL,
    "attributed_percent_min" DOUBLE NOT NULL,
    "attributed_percent_max" DOUBLE NOT NULL,
    "effective_percent_min" DOUBLE NOT NULL,
    "effective_percent_max" DOUBLE NOT NULL,
    "unknown_percent" DOUBLE NOT NULL,
    "margin_percent" DOUBLE,
    "valid_from" DATE,
    "valid_to" DATE,
    "interval_is_minimum" BOOLEAN NOT NULL,
    "controlling_organisation_id" VARCHAR,
    "seed_basis" VARCHAR,
    "deciding_stake_count" BIGINT NOT NULL,
    "deciding_complete" BOOLEAN NOT NULL,
    "control_indicated" BOOLEAN NOT NULL,
    "headquarters_missing" BOOLEAN NOT NULL,
    "undated" BOOLEAN NOT NULL,
    "indirect_unexplained" BOOLEAN NOT NULL,
    "near_threshold_unresolved" BOOLEAN NOT NULL,
    "rule_in_force" BOOLEAN NOT NULL,
    "profile" VARCHAR NOT NULL,
    "profile_version" VARCHAR NOT NULL,
    "profile_fingerprint" VARCHAR NOT NULL
);
COMMENT ON TABLE "links"."ownership_verdicts" IS 'What the ownership rule says of each organisation, both readings with bounds, and what the answer hangs on. One row per organisation with an owner on record.';
COMMENT ON COLUMN "links"."ownership_verdicts"."organisation_id" IS 'Organisation.';
COMMENT ON COLUMN "links"."ownership_verdicts"."identity_id" IS 'Organisation that stands for all its records.';
COMMENT ON COLUMN "links"."ownership_verdicts"."verdict" IS 'The rule''s answer.';
COMMENT ON COLUMN "links"."ownership_verdicts"."attributed_percent_min" IS 'Share by cascade, lower bound, percent.';
COMMENT ON COLUMN "links"."ownership_verdicts"."attributed_percent_max" IS 'Share by cascade, upper bound, percent.';
COMMENT ON COLUMN "links"."ownership_verdicts"."effective_percent_min" IS 'Share by look-through, lower bound, percent.';
COMMENT ON COLUMN "links"."ownership_verdicts"."effective_percent_max" IS 'Share by look-through, upper bound, percent.';
COMMENT ON COLUMN "links"."ownership_verdicts"."unknown_percent" IS 'Upper less lower bound by look-through: what nobody has on record.';
COMMENT ON COLUMN "links"."ownership_verdicts"."margin_percent" IS 'Deciding bound less the threshold, percentage points; null where none decides.';
COMMENT ON COLUMN "links"."ownership_verdicts"."valid_from" IS 'First day on which the verdict holds.';
COMMENT ON COLUMN "links"."ownership_verdicts"."valid_to" IS 'First day on which it no longer holds.';
COMMENT ON COLUMN "links"."ownership_verdicts"."interval_is_minimum" IS 'Whether it may hold longer: more changes are on record than followed.';
COMMENT ON COLUMN "links"."ownership_verdicts"."controlling_organisation_id" IS 'Restricted organisation at the path''s end.';
COMMENT ON COLUMN "links"."ownership_verdicts"."seed_basis" IS 'What restricts that organisation.';
COMMENT ON COLUMN "links"."ownership_verdicts"."deciding_stake_count" IS 'Stakes without any one of which the rule would not be met.';
COMMENT ON COLUMN "links"."ownership_verdicts"."deciding_complete" IS 'Whether all stakes upstream were tried, or only the direct ones.';
COMMENT ON COLUMN "links"."ownership_verdicts"."control_indicated" IS 'Restricted organisations have votes, seats or contracts: for counsel.';
COMMENT ON COLUMN "links"."ownership_verdicts"."headquarters_missing" IS 'No headquarters on record; incorporation stood in if known.';
COMMENT ON COLUMN "links"."ownership_verdicts"."undated" IS 'A stake without any date is among those it rests on.';
COMMENT ON COLUMN "links"."ownership_verdicts"."indirect_unexplained" IS 'Somebody declares more indirectly than the direct stakes explain.';
COMMENT ON COLUMN "links"."ownership_verdicts"."near_threshold_unresolved" IS 'Too close to the threshold, in too large a ring, to decide.';
COMMENT ON COLUMN "links"."ownership_verdicts"."rule_in_force" IS 'Whether the rule binds on the as-of day.';
COMMENT ON COLUMN "links"."ownership_verdicts"."profile" IS 'Rule that was applied.';
COMMENT ON COLUMN "links"."ownership_verdicts"."profile_version" IS 'Its version, as its file states it.';
COMMENT ON COLUMN "links"."ownership_verdicts"."profile_fingerprint" IS 'SHA-256 over everything the rule says.';

CREATE TABLE IF NOT EXISTS "links"."barred_organisations" (
    "organisation_id" VARCHAR NOT NULL,
    "identity_id" VARCHAR NOT NULL,
    "name" VARCHAR,
    "jurisdiction" VARCHAR,
    "verdict" VARCHAR NOT NULL,
    "controlling_organisation_id" VARCHAR,
    "controlling_jurisdiction" VARCHAR,
    "seed_basis" VARCHAR,
    "attributed_percent" DOUBLE,
    "effective_percent" DOUBLE,
    "path" VARCHAR,
    "threshold_percent" DOUBLE NOT NULL,
    "rule" VARCHAR NOT NULL
);
COMMENT ON TABLE "links"."barred_organisations" IS 'Organisations that the rule bars on the as-of day, seeds included; none while the rule is not in force. One row per organisation that the rule bars.';
COMMENT ON COLUMN "links"."barred_organisations"."organisation_id" IS 'Organisation.';
COMMENT ON COLUMN "links"."barred_organisations"."identity_id" IS 'Organisation that stands for all its records.';
COMMENT ON COLUMN "links"."barred_organisations"."name" IS 'Name as registered.';
COMMENT ON COLUMN "links"."barred_organisations"."jurisdiction" IS 'Country of incorporation, alpha-2.';
COMMENT ON COLUMN "links"."barred_organisations"."verdict" IS 'Which reading is met.';
COMMENT ON COLUMN "links"."barred_organisations"."controlling_organisation_id" IS 'Restricted organisation at the path''s end.';
COMMENT ON COLUMN "links"."barred_organisations"."controlling_jurisdiction" IS 'Country it is headquartered in, alpha-2.';
COMMENT ON COLUMN "links"."barred_organisations"."seed_basis" IS 'What restricts that organisation.';
COMMENT ON COLUMN "links"."barred_organisations"."attributed_percent" IS 'Share by cascade, lower bound, percent.';
COMMENT ON COLUMN "links"."barred_organisations"."effective_percent" IS 'Share by look-through, lower bound, percent.';
COMMENT ON COLUMN "links"."barred_organisations"."path" IS 'Path from the controlling organisation, with shares.';
COMMENT ON COLUMN "links"."barred_organisations"."threshold_percent" IS 'Share that a reading had to pass.';
COMMENT ON COLUMN "links"."barred_organisations"."rule" IS 'Profile and version the verdict was reached under.';

CREATE TABLE IF NOT EXISTS "links"."ownership_paths" (
    "organisation_id" VARCHAR NOT NULL,
    "step" BIGINT NOT NULL,
    "owner_id" VARCHAR NOT NULL,
    "owned_id" VARCHAR NOT NULL,
    "reading" VARCHAR NOT NULL,
    "role" VARCHAR NOT NULL,
    "percent_min" DOUBLE NOT NULL,
    "percent_max" DOUBLE NOT NULL,
    "attributed_percent" DOUBLE NOT NULL,
    "effective_percent" DOUBLE NOT NULL,
    "valid_from" DATE,
    "valid_to" DATE,
    "source" VARCHAR,
    "is_deciding" BOOLEAN NOT NULL,
    "is_complete" BOOLEAN NOT NULL
);
COMMENT ON TABLE "links"."ownership_paths" IS 'The stakes from the controlling organisation down, and those that count beside them at each step. One row per step of a path that carries a verdict.';
COMMENT ON COLUMN "links"."ownership_paths"."organisation_id" IS 'Organisation whose verdict it is.';
COMMENT ON COLUMN "links"."ownership_paths"."step" IS '1 is furthest up.';
COMMENT ON COLUMN "links"."ownership_paths"."owner_id" IS 'Who holds the stake.';
COMMENT ON COLUMN "links"."ownership_paths"."owned_id" IS 'In whom.';
COMMENT ON COLUMN "links"."ownership_paths"."reading" IS 'Reading that the path carries.';
COMMENT ON COLUMN "links"."ownership_paths"."role" IS 'On the path, or a further stake that counts at its step.';
COMMENT ON COLUMN "links"."ownership_paths"."percent_min" IS 'Lower bound of the stake.';
COMMENT ON COLUMN "links"."ownership_paths"."percent_max" IS 'Upper bound of the stake.';
COMMENT ON COLUMN "links"."ownership_paths"."attributed_percent" IS 'Share of the owned organisation by cascade, lower bound.';
COMMENT ON COLUMN "links"."ownership_paths"."effective_percent" IS 'Share of the owned organisation by look-through, lower bound.';
COMMENT ON COLUMN "links"."ownership_paths"."valid_from" IS 'First day on which all rows of the stake hold.';
COMMENT ON COLUMN "links"."ownership_paths"."valid_to" IS 'First day on which one of them no longer does.';
COMMENT ON COLUMN "links"."ownership_paths"."source" IS 'Where the stake is recorded.';
COMMENT ON COLUMN "links"."ownership_paths"."is_deciding" IS 'Whether the verdict falls without it.';
COMMENT ON COLUMN "links"."ownership_paths"."is_complete" IS 'Whether the whole path is listed.';

CREATE TABLE IF NOT EXISTS "links"."ownership_stakes" (
    "owner_id" VARCHAR NOT NULL,
    "owned_id" VARCHAR NOT NULL,
    "percent_min" DOUBLE NOT NULL,
    "percent_max" DOUBLE NOT NULL,
    "percent_min_exclusive" BOOLEAN NOT NULL,
    "percent_max_exclusive" BOOLEAN NOT NULL,
    "valid_from" DATE,
    "valid_to" DATE,
    "source" VARCHAR
);
COMMENT ON TABLE "links"."ownership_stakes" IS 'Direct shareholdings as the rule counted them: records merged, tranches added, sources reconciled. One row per pair of owner and owned on the as-of day.';
COMMENT ON COLUMN "links"."ownership_stakes"."owner_id" IS 'Who holds the stake.';
COMMENT ON COLUMN "links"."ownership_stakes"."owned_id" IS 'In whom.';
COMMENT ON COLUMN "links"."ownership_stakes"."percent_min" IS 'Lower bound, percent.';
COMMENT ON COLUMN "links"."ownership_stakes"."percent_max" IS 'Upper bound, percent; equal to the lower one where it is exact.';
COMMENT ON COLUMN "links"."ownership_stakes"."percent_min_exclusive" IS 'Whether the lower bound itself is excluded.';
COMMENT ON COLUMN "links"."ownership_stakes"."percent_max_exclusive" IS 'Whether the upper bound itself is excluded.';
COMMENT ON COLUMN "links"."ownership_stakes"."valid_from" IS 'First day on which all its rows hold.';
COMMENT ON COLUMN "links"."ownership_stakes"."valid_to" IS 'First day on which one of them no longer does.';
COMMENT ON COLUMN "links"."ownership_stakes"."source" IS 'Where it is recorded.';

CREATE TABLE IF NOT EXISTS "links"."ownership_deciding_stakes" (
    "organisation_id" VARCHAR NOT NULL,
    "owner_id" VARCHAR NOT NULL,
    "owned_id" VARCHAR NOT NULL
);
COMMENT ON TABLE "links"."ownership_deciding_stakes" IS 'For each organisation that meets the rule the stakes without any one of which it would not. One row per stake that a verdict hangs on.';
COMMENT ON COLUMN "links"."ownership_deciding_stakes"."organisation_id" IS 'Organisation that meets the rule.';
COMMENT ON COLUMN "links"."ownership_deciding_stakes"."owner_id" IS 'Who holds the stake.';
COMMENT ON COLUMN "links"."ownership_deciding_stakes"."owned_id" IS 'In whom.';

CREATE TABLE IF NOT EXISTS "links"."ownership_faults" (
    "owner_id" VARCHAR,
    "owned_id" VARCHAR,
    "fault" VARCHAR NOT NULL,
    "treatment" VARCHAR NOT NULL
);
COMMENT ON TABLE "links"."ownership_faults" IS 'Rows of the register that cannot be right, with what was done about each. One row per faulty stake.';
COMMENT ON COLUMN "links"."ownership_faults"."owner_id" IS 'Who holds the stake.';
COMMENT ON COLUMN "links"."ownership_faults"."owned_id" IS 'In whom.';
COMMENT ON COLUMN "links"."ownership_faults"."fault" IS 'What is wrong.';
COMMENT ON COLUMN "links"."ownership_faults"."treatment" IS 'What was done about it.';

CREATE TABLE IF NOT EXISTS "links"."controlling_organisations" (
    "organisation_id" VARCHAR NOT NULL,
    "controlling_organisation_id" VARCHAR NOT NULL,
    "step_count" BIGINT NOT NULL
);
COMMENT ON TABLE "links"."controlling_organisations" IS 'Who heads each family of companies: the end of the chain of owners that directly hold more than half. Wherever anybody sits: whose sister somebody is does not depend on the rule or on places. One row per organisation in a family of companies.';
COMMENT ON COLUMN "links"."controlling_organisations"."organisation_id" IS 'Organisation; heads stand under themselves.';
COMMENT ON COLUMN "links"."controlling_organisations"."controlling_organisation_id" IS 'Head of the family; may be a natural person.';
COMMENT ON COLUMN "links"."controlling_organisations"."step_count" IS 'Majority holdings between the two; 0 for the head.';

CREATE TABLE IF NOT EXISTS "links"."pools" (
    "pool_id" VARCHAR NOT NULL,
    "family" VARCHAR NOT NULL,
    "value_count" BIGINT NOT NULL,
    "hub_count" BIGINT NOT NULL,
    "network_kind" VARCHAR,
    "account_count" BIGINT NOT NULL,
    "payer_count" BIGINT NOT NULL,
    "inside_count" BIGINT NOT NULL,
    "inside_share" DOUBLE NOT NULL,
    "exchange_count" BIGINT NOT NULL
);
COMMENT ON TABLE "links"."pools" IS 'Addresses or payment instruments that the same accounts use: an object of its own, whoever the accounts are. One row per infrastructure pool.';
COMMENT ON COLUMN "links"."pools"."pool_id" IS 'Hash of the pool''s values; changes with them.';
COMMENT ON COLUMN "links"."pools"."family" IS 'network: a pool of addresses; payment: of instruments.';
COMMENT ON COLUMN "links"."pools"."value_count" IS 'Addresses or instruments in it, of those that accounts share.';
COMMENT ON COLUMN "links"."pools"."hub_count" IS 'Hubs among them: they link nobody and carry traffic all the same.';
COMMENT ON COLUMN "links"."pools"."network_kind" IS 'What most of its addresses with a known block are used for; null if unknown.';
COMMENT ON COLUMN "links"."pools"."account_count" IS 'Accounts that used any of its values in the window.';
COMMENT ON COLUMN "links"."pools"."payer_count" IS 'Unrelated payers among them.';
COMMENT ON COLUMN "links"."pools"."inside_count" IS 'Accounts that are at home in it: most of their shared values are.';
COMMENT ON COLUMN "links"."pools"."inside_share" IS 'Of the shared values that those accounts use, how many are in the pool, by account and value.';
COMMENT ON COLUMN "links"."pools"."exchange_count" IS 'Exchanges through it. Addresses: sent from one; instruments: of accounts that pay with one.';

CREATE TABLE IF NOT EXISTS "links"."pool_signals" (
    "pool_id" VARCHAR NOT NULL,
    "signal_kind" VARCHAR NOT NULL,
    "signal_value" VARCHAR NOT NULL
);
COMMENT ON TABLE "links"."pool_signals" IS 'Which values make up each pool; a value is in one pool at most. One row per signal value in an infrastructure pool.';
COMMENT ON COLUMN "links"."pool_signals"."pool_id" IS 'Pool.';
COMMENT ON COLUMN "links"."pool_signals"."signal_kind" IS 'ip or payment_instrument.';
COMMENT ON COLUMN "links"."pool_signals"."signal_value" IS 'Value as it came in; an attacker may have written it.';

CREATE TABLE IF NOT EXISTS "links"."pool_accounts" (
    "pool_id" VARCHAR NOT NULL,
    "account_id" VARCHAR NOT NULL,
    "is_inside" BOOLEAN NOT NULL,
    "value_count" BIGINT NOT NULL,
    "exchange_count" BIGINT NOT NULL,
    "exchange_share" DOUBLE NOT NULL
);
COMMENT ON TABLE "links"."pool_accounts" IS 'Customers of each pool; one account may use several, and most of them have done nothing wrong. One row per account that uses an infrastructure pool.';
COMMENT ON COLUMN "links"."pool_accounts"."pool_id" IS 'Pool.';
COMMENT ON COLUMN "links"."pool_accounts"."account_id" IS 'Account.';
COMMENT ON COLUMN "links"."pool_accounts"."is_inside" IS 'Whether it is at home in the pool: most of its shared values are.';
COMMENT ON COLUMN "links"."pool_accounts"."value_count" IS 'Values of the pool it used.';
COMMENT ON COLUMN "links"."pool_accounts"."exchange_count" IS 'Its exchanges through the pool.';
COMMENT ON COLUMN "links"."pool_accounts"."exchange_share" IS 'Those over all its exchanges in the window.';

CREATE TABLE IF NOT EXISTS "links"."group_bridges" (
    "group_id" VARCHAR NOT NULL,
    "account_id" VARCHAR NOT NULL,
    "separated_count" BIGINT NOT NULL,
    "separated_share" DOUBLE NOT NULL
);
COMMENT ON TABLE "links"."group_bridges" IS 'Accounts without which a group falls apart: whoever looks into a group asks first whether these belong. One row per account that alone holds a candidate group together.';
COMMENT ON COLUMN "links"."group_bridges"."group_id" IS 'Group.';
COMMENT ON COLUMN "links"."group_bridges"."account_id" IS 'Account that all links between two parts go through.';
COMMENT ON COLUMN "links"."group_bridges"."separated_count" IS 'Members that the largest part loses with it, itself not counted.';
COMMENT ON COLUMN "links"."group_bridges"."separated_share" IS 'Those over all members.';

CREATE TABLE IF NOT EXISTS "links"."group_families" (
    "group_id" VARCHAR NOT NULL,
    "family" VARCHAR NOT NULL,
    "linked_count" BIGINT NOT NULL,
    "linked_share" DOUBLE NOT NULL
);
COMMENT ON TABLE "links"."group_families" IS 'What is left of each group''s links without the values of one family, for the families that link it at all. One row per candidate group and independence family left out.';
COMMENT ON COLUMN "links"."group_families"."group_id" IS 'Group.';
COMMENT ON COLUMN "links"."group_families"."family" IS 'Family that is left out.';
COMMENT ON COLUMN "links"."group_families"."linked_count" IS 'Members in the largest part that stays linked.';
COMMENT ON COLUMN "links"."group_families"."linked_share" IS 'Those over all members.';

CREATE SCHEMA IF NOT EXISTS reports;

CREATE TABLE IF NOT EXISTS "reports"."finding_states" (
    "as_of" DATE NOT NULL,
    "finding_id" VARCHAR NOT NULL,
    "kind" VARCHAR NOT NULL,
    "status" VARCHAR NOT NULL,
    "is_reported" BOOLEAN NOT NULL,
    "confidence" VARCHAR NOT NULL,
    "account_count" BIGINT NOT NULL,
    "exchange_count" BIGINT NOT NULL,
    "supports" VARCHAR NOT NULL,
    "last_found_on" DATE NOT NULL
);
COMMENT ON TABLE "reports"."finding_states" IS 'What every finding was at every as-of date, those included that were left out of reports.findings. One row per finding at an as-of date.';
COMMENT ON COLUMN "reports"."finding_states"."as_of" IS 'As-of date of the run.';
COMMENT ON COLUMN "reports"."finding_states"."finding_id" IS 'Finding.';
COMMENT ON COLUMN "reports"."finding_states"."kind" IS 'What was claimed.';
COMMENT ON COLUMN "reports"."finding_states"."status" IS 'As in reports.findings; closed: dormant for too long; absorbed: merged into another finding.';
COMMENT ON COLUMN "reports"."finding_states"."is_reported" IS 'Whether the finding was in reports.findings; a cleared one is held back.';
COMMENT ON COLUMN "reports"."finding_states"."confidence" IS 'Confidence when the group was last found.';
COMMENT ON COLUMN "reports"."finding_states"."account_count" IS 'Accounts when the group was last found.';
COMMENT ON COLUMN "reports"."finding_states"."exchange_count" IS 'Their exchanges in the window at that time.';
COMMENT ON COLUMN "reports"."finding_states"."supports" IS 'Measures that spoke for it at that time, sorted, comma-separated.';
COMMENT ON COLUMN "reports"."finding_states"."last_found_on" IS 'As-of date on which the group was last found.';

CREATE TABLE IF NOT EXISTS "reports"."finding_signal_history" (
    "as_of" DATE NOT NULL,
    "finding_id" VARCHAR NOT NULL,
    "signal_kind" VARCHAR NOT NULL,
    "signal_value" VARCHAR NOT NULL,
    "family" VARCHAR NOT NULL,
    "accounts_sharing" BIGINT NOT NULL
);
COMMENT ON TABLE "reports"."finding_signal_history" IS 'Rare values that a finding''s accounts shared, by which it is known again when its accounts were replaced. One row per signal value of a finding of a past run.';
COMMENT ON COLUMN "reports"."finding_signal_history"."as_of" IS 'As-of date of the run.';
COMMENT ON COLUMN "reports"."finding_signal_history"."finding_id" IS 'Finding.';
COMMENT ON COLUMN "reports"."finding_signal_history"."signal_kind" IS 'Kind, as in links.account_signals.';
COMMENT ON COLUMN "reports"."finding_signal_history"."signal_value" IS 'Value as it came in; an attacker may have written it.';
COMMENT ON COLUMN "reports"."finding_signal_history"."family" IS 'Independence family of the kind.';
COMMENT ON COLUMN "reports"."finding_signal_history"."accounts_sharing" IS 'Accounts of the finding with the value.';

CREATE TABLE IF NOT EXISTS "reports"."finding_lineage" (
    "as_of" DATE NOT NULL,
    "finding_id" VARCHAR NOT NULL,
    "predecessor_finding_id" VARCHAR NOT NULL,
    "relation" VARCHAR NOT NULL,
    "predecessor_as_of" DATE NOT NULL,
    "account_count" BIGINT NOT NULL,
    "predecessor_account_count" BIGINT NOT NULL,
    "common_account_count" BIGINT NOT NULL,
    "overlap_share" DOUBLE NOT NULL,
    "linked_share" DOUBLE,
    "linked_by" VARCHAR
);
COMMENT ON TABLE "reports"."finding_lineage" IS 'From which earlier finding each finding comes, by how much they overlap; a new finding has no row. One row per finding and predecessor at an as-of date.';
COMMENT ON COLUMN "reports"."finding_lineage"."as_of" IS 'As-of date of the run.';
COMMENT ON COLUMN "reports"."finding_lineage"."finding_id" IS 'Finding.';
COMMENT ON COLUMN "reports"."finding_lineage"."predecessor_finding_id" IS 'Earlier finding; the same id where the finding keeps it.';
COMMENT ON COLUMN "reports"."finding_lineage"."relation" IS 'continues, grown, shrunk: by accounts. moved: other accounts, linked. revived: was not found for a while. split_from: a part of the predecessor that got an id of its own. merged_into: the predecessor went up in the finding. dormant: not found. closed: not found for too long.';
COMMENT ON COLUMN "reports"."finding_lineage"."predecessor_as_of" IS 'As-of date on which the predecessor was last found.';
COMMENT ON COLUMN "reports"."finding_lineage"."account_count" IS 'Accounts of the finding; 0 when it was not found.';
COMMENT ON COLUMN "reports"."finding_lineage"."predecessor_account_count" IS 'Accounts of the predecessor.';
COMMENT ON COLUMN "reports"."finding_lineage"."common_account_count" IS 'Accounts of both.';
COMMENT ON COLUMN "reports"."finding_lineage"."overlap_share" IS 'Common accounts over the smaller of the two.';
COMMENT ON COLUMN "reports"."finding_lineage"."linked_share" IS 'Share of the finding''s accounts that carry the predecessor''s rare values or are linked to its accounts; null where accounts alone decided.';
COMMENT ON COLUMN "reports"."finding_lineage"."linked_by" IS 'Families of those values, and edges; sorted, comma-separated; null as before.';

CREATE TABLE IF NOT EXISTS "reports"."decisions" (
    "decision_number" BIGINT NOT NULL,
    "finding_id" VARCHAR NOT NULL,
    "verdict" VARCHAR NOT NULL,
    "decided_at" TIMESTAMP NOT NULL,
    "decided_by" VARCHAR NOT NULL,
    "reason" VARCHAR NOT NULL,
    "as_of" DATE NOT NULL,
    "account_count" BIGINT NOT NULL,
    "is_in_force" BOOLEAN NOT NULL,
    "held_back_count" BIGINT NOT NULL
);
COMMENT ON TABLE "reports"."decisions" IS 'What people decided on findings: the log of the state folder as the run read it. One row per decision of a person on a finding.';
COMMENT ON COLUMN "reports"."decisions"."decision_number" IS 'Counts up in the order of deciding.';
COMMENT ON COLUMN "reports"."decisions"."finding_id" IS 'Finding that was decided on.';
COMMENT ON COLUMN "reports"."decisions"."verdict" IS 'confirmed, cleared or unsure.';
COMMENT ON COLUMN "reports"."decisions"."decided_at" IS 'When, UTC.';
COMMENT ON COLUMN "reports"."decisions"."decided_by" IS 'By whom, as typed.';
COMMENT ON COLUMN "reports"."decisions"."reason" IS 'Why, as typed; 2,000 characters.';
COMMENT ON COLUMN "reports"."decisions"."as_of" IS 'As-of date on which the finding was last found when it was decided on.';
COMMENT ON COLUMN "reports"."decisions"."account_count" IS 'Its accounts then.';
COMMENT ON COLUMN "reports"."decisions"."is_in_force" IS 'Whether no later decision on the same finding replaced it.';
COMMENT ON COLUMN "reports"."decisions"."held_back_count" IS 'Groups that this run left out of the findings because of it.';

CREATE TABLE IF NOT EXISTS "reports"."pool_campaigns" (
    "pool_id" VARCHAR NOT NULL,
    "finding_id" VARCHAR NOT NULL,
    "family" VARCHAR NOT NULL,
    "account_count" BIGINT NOT NULL,
    "campaign_account_count" BIGINT NOT NULL,
    "pool_account_count" BIGINT NOT NULL,
    "bystander_count" BIGINT NOT NULL,
    "other_account_count" BIGINT NOT NULL,
    "exchange_count" BIGINT NOT NULL,
    "pool_exchange_count" BIGINT NOT NULL,
    "pool_share" DOUBLE NOT NULL,
    "pool_share_low" DOUBLE NOT NULL,
    "pool_share_high" DOUBLE NOT NULL,
    "campaign_share" DOUBLE NOT NULL
);
COMMENT ON TABLE "reports"."pool_campaigns" IS 'How much of each pool''s traffic each campaign makes up, and who else is there: many pools, many campaigns. One row per infrastructure pool and campaign that uses it.';
COMMENT ON COLUMN "reports"."pool_campaigns"."pool_id" IS 'Pool, as in links.pools.';
COMMENT ON COLUMN "reports"."pool_campaigns"."finding_id" IS 'Campaign: a finding on a group of accounts.';
COMMENT ON COLUMN "reports"."pool_campaigns"."family" IS 'As in links.pools.';
COMMENT ON COLUMN "reports"."pool_campaigns"."account_count" IS 'Accounts of the campaign that use the pool.';
COMMENT ON COLUMN "reports"."pool_campaigns"."campaign_account_count" IS 'Accounts of the campaign.';
COMMENT ON COLUMN "reports"."pool_campaigns"."pool_account_count" IS 'Accounts of the pool.';
COMMENT ON COLUMN "reports"."pool_campaigns"."bystander_count" IS 'Accounts of the pool that stand beside the campaign, not accused.';
COMMENT ON COLUMN "reports"."pool_campaigns"."other_account_count" IS 'Accounts of the pool in no finding on a group.';
COMMENT ON COLUMN "reports"."pool_campaigns"."exchange_count" IS 'Exchanges of the campaign''s accounts through the pool.';
COMMENT ON COLUMN "reports"."pool_campaigns"."pool_exchange_count" IS 'All exchanges through the pool.';
COMMENT ON COLUMN "reports"."pool_campaigns"."pool_share" IS 'Share of the pool''s traffic that the campaign''s accounts make up.';
COMMENT ON COLUMN "reports"."pool_campaigns"."pool_share_low" IS 'Lower end of its 95 % interval: Wilson, with accounts as units, weighed by their traffic.';
COMMENT ON COLUMN "reports"."pool_campaigns"."pool_share_high" IS 'Upper end of that interval.';
COMMENT ON COLUMN "reports"."pool_campaigns"."campaign_share" IS 'Share of the campaign''s traffic that goes through the pool.';

CREATE TABLE IF NOT EXISTS "reports"."findings" (
    "finding_id" VARCHAR NOT NULL,
    "as_of" DATE NOT NULL,
    "kind" VARCHAR NOT NULL,
    "control_confidence" VARCHAR,
    "extraction_confidence" VARCHAR,
    "organisation_confidence" VARCHAR,
    "confidence" VARCHAR NOT NULL,
    "score" DOUBLE NOT NULL,
    "account_count" BIGINT NOT NULL,
    "exchange_count" BIGINT NOT NULL,
    "first_seen" TIMESTAMP,
    "last_seen" TIMESTAMP,
    "headline" VARCHAR NOT NULL,
    "status" VARCHAR NOT NULL,
    "decision" VARCHAR,
    "decided_at" TIMESTAMP,
    "decided_by" VARCHAR,
    "decided_finding_id" VARCHAR
);
COMMENT ON TABLE "reports"."findings" IS 'Groups of accounts, or organisations, that an investigator should look at, and how sure we are. One row per finding.';
COMMENT ON COLUMN "reports"."findings"."finding_id" IS 'Stable from day to day for the same group.';
COMMENT ON COLUMN "reports"."findings"."as_of" IS 'Last day that was looked at.';
COMMENT ON COLUMN "reports"."findings"."kind" IS 'What is claimed.';
COMMENT ON COLUMN "reports"."findings"."control_confidence" IS 'Confidence that one operator controls the accounts.';
COMMENT ON COLUMN "reports"."findings"."extraction_confidence" IS 'Confidence that outputs are collected to copy the model.';
COMMENT ON COLUMN "reports"."findings"."organisation_confidence" IS 'Confidence in the organisation behind the accounts.';
COMMENT ON COLUMN "reports"."findings"."confidence" IS 'Confidence in the claim; low is a lead only.';
COMMENT ON COLUMN "reports"."findings"."score" IS 'Order in which to look: highest first; no probability.';
COMMENT ON COLUMN "reports"."findings"."account_count" IS 'Accounts in the finding.';
COMMENT ON COLUMN "reports"."findings"."exchange_count" IS 'Their exchanges in the window.';
COMMENT ON COLUMN "reports"."findings"."first_seen" IS 'First exchange of theirs in the window, UTC.';
COMMENT ON COLUMN "reports"."findings"."last_seen" IS 'Last exchange of theirs in the window, UTC.';
COMMENT ON COLUMN "reports"."findings"."headline" IS 'The finding in one sentence.';
COMMENT ON COLUMN "reports"."findings"."status" IS 'Beside earlier runs: moved: other accounts go on with its work; split: a part that left another finding; merged: others went up in it; revived: was not found for a while; reopened: was cleared, and something is new; dormant: not found by this run, a lead whatever it was.';
COMMENT ON COLUMN "reports"."findings"."decision" IS 'What a person decided; null: nothing yet.';
COMMENT ON COLUMN "reports"."findings"."decided_at" IS 'When that was decided, UTC.';
COMMENT ON COLUMN "reports"."findings"."decided_by" IS 'Who decided, as typed.';
COMMENT ON COLUMN "reports"."findings"."decided_finding_id" IS 'Finding it was decided on: this one, or one it comes from.';

CREATE TABLE IF NOT EXISTS "reports"."finding_accounts" (
    "finding_id" VARCHAR NOT NULL,
    "account_id" VARCHAR NOT NULL,
    "organisation_id" VARCHAR,
    "role" VARCHAR NOT NULL,
    "membership" DOUBLE NOT NULL,
    "exchange_count" BIGINT NOT NULL
);
COMMENT ON TABLE "reports"."finding_accounts" IS 'Accounts of a finding and how firmly each belongs to it. One row per account in a finding.';
COMMENT ON COLUMN "reports"."finding_accounts"."finding_id" IS 'Finding.';
COMMENT ON COLUMN "reports"."finding_accounts"."account_id" IS 'Account.';
COMMENT ON COLUMN "reports"."finding_accounts"."organisation_id" IS 'Organisation the account belongs to.';
COMMENT ON COLUMN "reports"."finding_accounts"."role" IS 'Core accounts carry the evidence themselves.';
COMMENT ON COLUMN "reports"."finding_accounts"."membership" IS 'Chance that the account belongs to the group, from the evidence it carries and lacks (naive Bayes, even odds beforehand): it orders accounts and is no measured frequency.';
COMMENT ON COLUMN "reports"."finding_accounts"."exchange_count" IS 'Exchanges of the account in the window.';

CREATE TABLE IF NOT EXISTS "reports"."finding_signals" (
    "finding_id" VARCHAR NOT NULL,
    "signal_kind" VARCHAR NOT NULL,
    "signal_value" VARCHAR NOT NULL,
    "accounts_sharing" BIGINT NOT NULL,
    "accounts_sharing_outside" BIGINT NOT NULL,
    "lift" DOUBLE NOT NULL,
    "p_value" DOUBLE NOT NULL,
    "q_value" DOUBLE NOT NULL
);
COMMENT ON TABLE "reports"."finding_signals" IS 'Values that the accounts of a finding share, beside how many others share them; of a kind the 200 clearest. One row per signal shared in a finding.';
COMMENT ON COLUMN "reports"."finding_signals"."finding_id" IS 'Finding.';
COMMENT ON COLUMN "reports"."finding_signals"."signal_kind" IS 'payment_instrument, ip, organisation, prompt_template, …';
COMMENT ON COLUMN "reports"."finding_signals"."signal_value" IS 'Value as it came in; an attacker may have written it.';
COMMENT ON COLUMN "reports"."finding_signals"."accounts_sharing" IS 'Accounts of the finding with the value.';
COMMENT ON COLUMN "reports"."finding_signals"."accounts_sharing_outside" IS 'Other accounts with the value.';
COMMENT ON COLUMN "reports"."finding_signals"."lift" IS 'Accounts with the value over those expected at random.';
COMMENT ON COLUMN "reports"."finding_signals"."p_value" IS 'Hypergeometric upper tail.';
COMMENT ON COLUMN "reports"."finding_signals"."q_value" IS 'The same after Benjamini–Hochberg over all tests of the run.';

CREATE TABLE IF NOT EXISTS "reports"."finding_evidence" (
    "finding_id" VARCHAR NOT NULL,
    "statement_number" BIGINT NOT NULL,
    "stance" VARCHAR NOT NULL,
    "statement" VARCHAR NOT NULL,
    "measure" VARCHAR NOT NULL,
    "value" DOUBLE,
    "baseline" DOUBLE,
    "source_table" VARCHAR,
    "source_key" VARCHAR
);
COMMENT ON TABLE "reports"."finding_evidence" IS 'One plain sentence per fact, for or against, with its value and its baseline. One row per statement for or against a finding.';
COMMENT ON COLUMN "reports"."finding_evidence"."finding_id" IS 'Finding.';
COMMENT ON COLUMN "reports"."finding_evidence"."statement_number" IS 'Order in which to read.';
COMMENT ON COLUMN "reports"."finding_evidence"."stance" IS 'Whether it speaks for the finding or against it.';
COMMENT ON COLUMN "reports"."finding_evidence"."statement" IS 'The fact as a sentence.';
COMMENT ON COLUMN "reports"."finding_evidence"."measure" IS 'What was measured.';
COMMENT ON COLUMN "reports"."finding_evidence"."value" IS 'Measured value.';
COMMENT ON COLUMN "reports"."finding_evidence"."baseline" IS 'What would be expected otherwise.';
COMMENT ON COLUMN "reports"."finding_evidence"."source_table" IS 'Table the figures come from; null where there are none.';
COMMENT ON COLUMN "reports"."finding_evidence"."source_key" IS 'Columns and values, as JSON, that choose its rows there.';

CREATE TABLE IF NOT EXISTS "reports"."finding_rivals" (
    "finding_id" VARCHAR NOT NULL,
    "rival" VARCHAR NOT NULL,
    "title" VARCHAR NOT NULL,
    "is_plausible" BOOLEAN NOT NULL,
    "needs" VARCHAR NOT NULL,
    "explains" VARCHAR NOT NULL,
    "leaves" VARCHAR NOT NULL,
    "confidence_left" VARCHAR,
    "favours" VARCHAR NOT NULL,
    "band" VARCHAR NOT NULL,
    "log_ratio_bound" DOUBLE NOT NULL,
    "calibration" VARCHAR NOT NULL,
    "calibration_group_count" BIGINT,
    "observed_log_ratio" DOUBLE,
    "observed_log_ratio_low" DOUBLE,
    "observed_log_ratio_high" DOUBLE,
    "check" VARCHAR NOT NULL
);
COMMENT ON TABLE "reports"."finding_rivals" IS 'What else could be behind each finding: what it needs, what it would explain, and what it would leave. One row per innocent explanation of a finding.';
COMMENT ON COLUMN "reports"."finding_rivals"."finding_id" IS 'Finding.';
COMMENT ON COLUMN "reports"."finding_rivals"."rival" IS 'Innocent explanation, as listed in reports/rivals.py.';
COMMENT ON COLUMN "reports"."finding_rivals"."title" IS 'The explanation as a sentence.';
COMMENT ON COLUMN "reports"."finding_rivals"."is_plausible" IS 'Whether what it needs is seen; others cannot lower the confidence.';
COMMENT ON COLUMN "reports"."finding_rivals"."needs" IS 'What must be seen for it to be plausible.';
COMMENT ON COLUMN "reports"."finding_rivals"."explains" IS 'Kinds of evidence of the finding that it would bring about, comma-separated.';
COMMENT ON COLUMN "reports"."finding_rivals"."leaves" IS 'Kinds of evidence that it would not.';
COMMENT ON COLUMN "reports"."finding_rivals"."confidence_left" IS 'Confidence in the finding if it were true; the finding''s is the lowest of these. Null if not plausible.';
COMMENT ON COLUMN "reports"."finding_rivals"."favours" IS 'Which of the two the evidence speaks for.';
COMMENT ON COLUMN "reports"."finding_rivals"."band" IS 'How far it does at most, on the scale of reports/support.py: none below 2 : 1, weak below 10 : 1, moderate below 100 : 1, moderately strong below 1,000 : 1, strong from there on.';
COMMENT ON COLUMN "reports"."finding_rivals"."log_ratio_bound" IS 'Decimal logarithm of the bound on the likelihood ratio, positive for the finding. Evidence that the rival explains weighs 0; evidence it leaves, 1 : −e q ln q at most, once a cause; what it needs, a Bayes factor.';
COMMENT ON COLUMN "reports"."finding_rivals"."calibration" IS 'uncalibrated: a bound that follows from stated chances, not from known cases. calibrated: the file in the setting band_calibration says how often the band came with right and with false findings of simulated worlds, as `forensics evaluate WORLD REPORTS --calibration FILE` counts them.';
COMMENT ON COLUMN "reports"."finding_rivals"."calibration_group_count" IS 'Groups, right findings and false ones, that it was counted on.';
COMMENT ON COLUMN "reports"."finding_rivals"."observed_log_ratio" IS 'Decimal logarithm of the share of right findings with this band against this rival over that of false ones: the band''s own likelihood ratio in those worlds. It says nothing about other worlds.';
COMMENT ON COLUMN "reports"."finding_rivals"."observed_log_ratio_low" IS 'Lower end of its 95 % interval.';
COMMENT ON COLUMN "reports"."finding_rivals"."observed_log_ratio_high" IS 'Upper end of its 95 % interval.';
COMMENT ON COLUMN "reports"."finding_rivals"."check" IS 'How an investigator can tell.';

CREATE TABLE IF NOT EXISTS "reports"."finding_bystanders" (
    "finding_id" VARCHAR NOT NULL,
    "account_id" VARCHAR NOT NULL,
    "carried" VARCHAR NOT NULL,
    "reason" VARCHAR NOT NULL,
    "pool_id" VARCHAR
);
COMMENT ON TABLE "reports"."finding_bystanders" IS 'Accounts that have something in common with a finding''s, and do not belong to it: not accused. One row per bystander of a finding.';
COMMENT ON COLUMN "reports"."finding_bystanders"."finding_id" IS 'Finding.';
COMMENT ON COLUMN "reports"."finding_bystanders"."account_id" IS 'Account beside it.';
COMMENT ON COLUMN "reports"."finding_bystanders"."carried" IS 'Kinds of evidence it does carry, comma-separated.';
COMMENT ON COLUMN "reports"."finding_bystanders"."reason" IS 'Why it is not accused, in words.';
COMMENT ON COLUMN "reports"."finding_bystanders"."pool_id" IS 'Pool in links.pools that it shares with most accounts of the finding; null if they share none.';

CREATE TABLE IF NOT EXISTS "reports"."account_scores" (
    "account_id" VARCHAR NOT NULL,
    "as_of" DATE NOT NULL,
    "extraction_score" DOUBLE NOT NULL,
    "cluster_id" BIGINT,
    "exchange_count" BIGINT NOT NULL,
    "active_day_count" BIGINT NOT NULL,
    "exchanges_per_active_day" DOUBLE NOT NULL,
    "input_tokens_mean" DOUBLE NOT NULL,
    "output_tokens_mean" DOUBLE NOT NULL,
    "prompt_characters_mean" DOUBLE NOT NULL,
    "refused_share" DOUBLE NOT NULL,
    "rate_limited_share" DOUBLE NOT NULL,
    "thinking_share" DOUBLE NOT NULL,
    "tool_share" DOUBLE NOT NULL,
    "image_share" DOUBLE NOT NULL,
    "conversation_share" DOUBLE NOT NULL,
    "distinct_prompt_share" DOUBLE NOT NULL,
    "reasoning_share" DOUBLE NOT NULL,
    "grading_share" DOUBLE NOT NULL,
    "trace_cleaning_share" DOUBLE NOT NULL,
    "policy_rewriting_share" DOUBLE NOT NULL,
    "agentic_share" DOUBLE NOT NULL,
    "safety_probing_share" DOUBLE NOT NULL,
    "addresses_per_active_day" DOUBLE NOT NULL,
    "hour_entropy_share" DOUBLE NOT NULL,
    "night_share" DOUBLE NOT NULL,
    "sessions_per_active_day" DOUBLE NOT NULL,
    "session_minutes_mean" DOUBLE NOT NULL,
    "gap_burstiness" DOUBLE NOT NULL,
    "round_minute_share" DOUBLE NOT NULL,
    "daily_variation" DOUBLE NOT NULL,
    "top_template_share" DOUBLE NOT NULL,
    "template_entropy_bits" DOUBLE NOT NULL,
    "template_rarity" DOUBLE NOT NULL,
    "cross_payer_share" DOUBLE NOT NULL,
    "effective_prompts" DOUBLE,
    "distinct_phrase_share" DOUBLE,
    "compression_ratio" DOUBLE,
    "own_form_spread" DOUBLE,
    "public_item_exact_share" DOUBLE,
    "public_item_mutated_share" DOUBLE
);
COMMENT ON TABLE "reports"."account_scores" IS 'Each account''s extraction score, cluster and features. One row per account with enough activity.';
COMMENT ON COLUMN "reports"."account_scores"."account_id" IS 'Account.';
COMMENT ON COLUMN "reports"."account_scores"."as_of" IS 'Last day that was looked at.';
COMMENT ON COLUMN "reports"."account_scores"."extraction_score" IS 'Orders accounts: half for the mean rank of its extraction features among all, half for membership in a finding of extraction or relay, two thirds of that at moderate and one third in a lead, nothing where control is undetermined; on its own no accusation.';
COMMENT ON COLUMN "reports"."account_scores"."cluster_id" IS 'Cluster on the map of behaviour; -1 is noise.';
COMMENT ON COLUMN "reports"."account_scores"."exchange_count" IS 'Exchanges in the window. Collecting takes many; so do production services.';
COMMENT ON COLUMN "reports"."account_scores"."active_day_count" IS 'Days with at least one exchange. Pools of accounts rest and take over; so do projects.';
COMMENT ON COLUMN "reports"."account_scores"."exchanges_per_active_day" IS 'Exchanges over active days. Evenly high where work is dealt out; also in production.';
COMMENT ON COLUMN "reports"."account_scores"."input_tokens_mean" IS 'Tokens read over exchanges. Large where rubrics, traces or repositories are sent; also for long documents.';
COMMENT ON COLUMN "reports"."account_scores"."output_tokens_mean" IS 'Tokens written over exchanges. Large where reasoning is collected, tiny for verdicts; also for writing, and for classifying.';
COMMENT ON COLUMN "reports"."account_scores"."prompt_characters_mean" IS 'Characters of prompts over exchanges. Alike for all accounts of one list; also for all of one application.';
COMMENT ON COLUMN "reports"."account_scores"."refused_share" IS 'Refused exchanges over exchanges. High where techniques are tried out; also in safety research and in clumsy phrasing.';
COMMENT ON COLUMN "reports"."account_scores"."rate_limited_share" IS 'Rate-limited exchanges over exchanges. High where quotas are used to the full; also in batch jobs.';
COMMENT ON COLUMN "reports"."account_scores"."thinking_share" IS 'Exchanges that ask for visible reasoning over exchanges. High where reasoning is collected; also where it is an application''s default.';
COMMENT ON COLUMN "reports"."account_scores"."tool_share" IS 'Exchanges that offer tools over exchanges. High where agents'' work is collected; also in agents people build for themselves.';
COMMENT ON COLUMN "reports"."account_scores"."image_share" IS 'Exchanges with images over exchanges. High where answers on images are collected; also for reading receipts.';
COMMENT ON COLUMN "reports"."account_scores"."conversation_share" IS 'Exchanges that continue a conversation over exchanges. Low for lists worked off, high for relayed people; also low for batch work, and high for anybody who chats.';
COMMENT ON COLUMN "reports"."account_scores"."distinct_prompt_share" IS 'Distinct prompts of each day, summed, over exchanges. 1 for lists worked off, low for roll-outs; also 1 for chat, and low for regression suites.';
COMMENT ON COLUMN "reports"."account_scores"."reasoning_share" IS 'Prompts that ask to write reasoning out over exchanges. What a student model learns from; also high in teaching and debugging.';
COMMENT ON COLUMN "reports"."account_scores"."grading_share" IS 'Prompts that ask to grade or compare answers over exchanges. High where the model is a judge for training; also at evaluation firms.';
COMMENT ON COLUMN "reports"."account_scores"."trace_cleaning_share" IS 'Prompts that ask to tidy or judge recorded reasoning over exchanges. High where training data are made ready; also at data labellers.';
COMMENT ON COLUMN "reports"."account_scores"."policy_rewriting_share" IS 'Prompts that ask for wording a censor or regulator would pass over exchanges. High where answers are made to fit a state''s line; also in public relations and moderation.';
COMMENT ON COLUMN "reports"."account_scores"."agentic_share" IS 'Prompts of agents, repositories, tools and devices over exchanges. High where agents'' work is collected; also in products built on agents.';
COMMENT ON COLUMN "reports"."account_scores"."safety_probing_share" IS 'Prompts on what models refuse over exchanges. High where refusals are mapped; also in security research and crime fiction.';
COMMENT ON COLUMN "reports"."account_scores"."addresses_per_active_day" IS 'Distinct addresses of each day, summed, over active days. High behind rotating proxies; also on the move, and for a company''s seats.';
COMMENT ON COLUMN "reports"."account_scores"."hour_entropy_share" IS 'Entropy of the exchanges over the 24 hours over log 24; 1 is round the clock. High for dealt-out load; also for services and users in many time zones.';
COMMENT ON COLUMN "reports"."account_scores"."night_share" IS 'Exchanges in the account''s own six quietest consecutive hours over exchanges, a quarter if flat. High where nobody sleeps; also for services and scheduled jobs.';
COMMENT ON COLUMN "reports"."account_scores"."sessions_per_active_day" IS 'Runs of exchanges no more than 30 minutes apart, per active day. A service that never pauses has one, and so has a person with one question.';
COMMENT ON COLUMN "reports"."account_scores"."session_minutes_mean" IS 'Mean length of such a run, minutes. Long for relays, and for agents people leave running.';
COMMENT ON COLUMN "reports"."account_scores"."gap_burstiness" IS '(σ − μ) / (σ + μ) of the gaps between exchanges within a day: −1 a metronome, 0 chance, towards 1 bursts; 0 for fewer than two gaps. Low for dealt-out load, and for monitoring jobs.';
COMMENT ON COLUMN "reports"."account_scores"."round_minute_share" IS 'Exchanges in the minutes :00, :15, :30 and :45 over exchanges; 4 in 60 by chance. High where a machine starts the work; so it is with scheduled jobs of every kind.';
COMMENT ON COLUMN "reports"."account_scores"."daily_variation" IS 'Standard deviation over mean of exchanges per day between first and last active day; 0 for one day. Low for work queues, and for production services.';
COMMENT ON COLUMN "reports"."account_scores"."top_template_share" IS 'Exchanges that follow the account''s most used family of templates over exchanges. High for lists worked off; also for any application with one prompt.';
COMMENT ON COLUMN "reports"."account_scores"."template_entropy_bits" IS 'Entropy of the templates of the account''s prompts, bits; one that follows none is of its own. Near 0 for one instruction and a list of items; also for any application with one prompt.';
COMMENT ON COLUMN "reports"."account_scores"."template_rarity" IS 'Sum over templates that three payers or more share of the account''s share of use × −ln(share of payers that use it), natural units. High where strangers have a rare text in common; also for users of a little-known tool. An application of one payer scores 0, a common framework little.';
COMMENT ON COLUMN "reports"."account_scores"."cross_payer_share" IS 'Exchanges on templates that three payers or more share and a twentieth of all payers at most, over exchanges. High for one operator behind many payers; also for users of a little-known tool, and for classes.';
COMMENT ON COLUMN "reports"."account_scores"."effective_prompts" IS 'Effective number of different prompts among eight, 1–8 (features.prompt_profiles); null where fewer were sampled. High where many people''s prompts pass through; also for anybody with varied work.';
COMMENT ON COLUMN "reports"."account_scores"."distinct_phrase_share" IS 'Distinct over all sampled phrases of eight prompts, 1/8–1. Low for one template with small fills; also for forms, alerts and nightly tests.';
COMMENT ON COLUMN "reports"."account_scores"."compression_ratio" IS 'Compressed over plain bytes of four prompts together. Small where text repeats; also for code.';
COMMENT ON COLUMN "reports"."account_scores"."own_form_spread" IS 'Mean distance by phrasing of two prompts that follow no template of several payers, 0–2 (features.prompt_profiles); null below eight. High where an account carries many people''s traffic; also for one person of many interests, and an account that a family or a team shares.';
COMMENT ON COLUMN "reports"."account_scores"."public_item_exact_share" IS 'Sampled prompts that hold a known public item word for word; null where no list was given. High at evaluation firms: counter-evidence. Also for teachers and for anybody who tries famous puzzles.';
COMMENT ON COLUMN "reports"."account_scores"."public_item_mutated_share" IS 'Sampled prompts that hold one with other numbers, names or conditions; null where no list was given. High where seeds are varied into training data. Also for teachers who vary exercises.';

CREATE TABLE IF NOT EXISTS "reports"."barred_organisations" (
    "organisation_id" VARCHAR NOT NULL,
    "name" VARCHAR,
    "jurisdiction" VARCHAR,
    "verdict" VARCHAR NOT NULL,
    "controlling_organisation_id" VARCHAR,
    "controlling_jurisdiction" VARCHAR,
    "seed_basis" VARCHAR,
    "attributed_percent" DOUBLE,
    "effective_percent" DOUBLE,
    "path" VARCHAR,
    "threshold_percent" DOUBLE NOT NULL,
    "rule" VARCHAR NOT NULL
);
COMMENT ON TABLE "reports"."barred_organisations" IS 'Organisations that the ownership rule bars, with the path that carries the verdict. One row per organisation that meets the ownership rule.';
COMMENT ON COLUMN "reports"."barred_organisations"."organisation_id" IS 'Organisation.';
COMMENT ON COLUMN "reports"."barred_organisations"."name" IS 'Name as registered, on one line; 200 characters.';
COMMENT ON COLUMN "reports"."barred_organisations"."jurisdiction" IS 'Country of incorporation, alpha-2.';
COMMENT ON COLUMN "reports"."barred_organisations"."verdict" IS 'Which reading is met.';
COMMENT ON COLUMN "reports"."barred_organisations"."controlling_organisation_id" IS 'Restricted organisation at the path''s end.';
COMMENT ON COLUMN "reports"."barred_organisations"."controlling_jurisdiction" IS 'Country it is headquartered in, alpha-2.';
COMMENT ON COLUMN "reports"."barred_organisations"."seed_basis" IS 'What restricts that organisation.';
COMMENT ON COLUMN "reports"."barred_organisations"."attributed_percent" IS 'Share by cascade, lower bound, percent.';
COMMENT ON COLUMN "reports"."barred_organisations"."effective_percent" IS 'Share by look-through, lower bound, percent.';
COMMENT ON COLUMN "reports"."barred_organisations"."path" IS 'Path from the controlling organisation, with shares; 1,000 characters.';
COMMENT ON COLUMN "reports"."barred_organisations"."threshold_percent" IS 'Share that a reading had to pass, percent.';
COMMENT ON COLUMN "reports"."barred_organisations"."rule" IS 'Profile and version the verdict was reached under.';

CREATE TABLE IF NOT EXISTS "reports"."ownership_verdicts" (
    "organisation_id" VARCHAR NOT NULL,
    "verdict" VARCHAR NOT NULL,
    "attributed_percent_min" DOUBLE,
    "attributed_percent_max" DOUBLE,
    "effective_percent_min" DOUBLE,
    "effective_percent_max" DOUBLE,
    "unknown_percent" DOUBLE,
    "from" DATE,
    "to" DATE,
    "margin_percent" DOUBLE,
    "controlling_organisation_id" VARCHAR,
    "control_indicated" BOOLEAN NOT NULL,
    "profile" VARCHAR NOT NULL,
    "profile_version" VARCHAR NOT NULL,
    "profile_fingerprint" VARCHAR NOT NULL
);
COMMENT ON TABLE "reports"."ownership_verdicts" IS 'What the ownership rule says of each organisation, with lower and upper bounds for both readings. One row per organisation with an owner on record.';
COMMENT ON COLUMN "reports"."ownership_verdicts"."organisation_id" IS 'Organisation.';
COMMENT ON COLUMN "reports"."ownership_verdicts"."verdict" IS 'The rule''s answer.';
COMMENT ON COLUMN "reports"."ownership_verdicts"."attributed_percent_min" IS 'Share by cascade, lower bound, percent.';
COMMENT ON COLUMN "reports"."ownership_verdicts"."attributed_percent_max" IS 'Share by cascade, upper bound, percent.';
COMMENT ON COLUMN "reports"."ownership_verdicts"."effective_percent_min" IS 'Share by look-through, lower bound, percent.';
COMMENT ON COLUMN "reports"."ownership_verdicts"."effective_percent_max" IS 'Share by look-through, upper bound, percent.';
COMMENT ON COLUMN "reports"."ownership_verdicts"."unknown_percent" IS 'Upper less lower bound by look-through, percent: what nobody has on record.';
COMMENT ON COLUMN "reports"."ownership_verdicts"."from" IS 'First day on which the verdict holds.';
COMMENT ON COLUMN "reports"."ownership_verdicts"."to" IS 'First day on which it no longer holds.';
COMMENT ON COLUMN "reports"."ownership_verdicts"."margin_percent" IS 'Deciding bound less the threshold, percentage points; null where none decides.';
COMMENT ON COLUMN "reports"."ownership_verdicts"."controlling_organisation_id" IS 'Restricted organisation at the path''s end.';
COMMENT ON COLUMN "reports"."ownership_verdicts"."control_indicated" IS 'Restricted organisations have votes, seats or contracts: for counsel.';
COMMENT ON COLUMN "reports"."ownership_verdicts"."profile" IS 'Rule that was applied.';
COMMENT ON COLUMN "reports"."ownership_verdicts"."profile_version" IS 'Its version, as its file states it.';
COMMENT ON COLUMN "reports"."ownership_verdicts"."profile_fingerprint" IS 'SHA-256 over everything the rule says.';

CREATE TABLE IF NOT EXISTS "reports"."evidence_availability" (
    "source_table" VARCHAR NOT NULL,
    "day_count" BIGINT NOT NULL,
    "row_count" BIGINT NOT NULL,
    "statement" VARCHAR NOT NULL
);
COMMENT ON TABLE "reports"."evidence_availability" IS 'Which evidence the run had, and which was not available: missing data clears nobody. One row per kind of evidence.';
COMMENT ON COLUMN "reports"."evidence_availability"."source_table" IS 'Snapshot table.';
COMMENT ON COLUMN "reports"."evidence_availability"."day_count" IS 'Days of the window on which it had rows.';
COMMENT ON COLUMN "reports"."evidence_availability"."row_count" IS 'Its rows in the window, or on the as-of day for a state.';
COMMENT ON COLUMN "reports"."evidence_availability"."statement" IS 'What follows for the findings.';

CREATE TABLE IF NOT EXISTS "reports"."finding_history" (
    "as_of" DATE NOT NULL,
    "finding_id" VARCHAR NOT NULL,
    "account_id" VARCHAR NOT NULL,
    "role" VARCHAR,
    "membership" DOUBLE
);
COMMENT ON TABLE "reports"."finding_history" IS 'Members of every finding at every as-of date, from which a group keeps its id. One row per account in a finding of a past run.';
COMMENT ON COLUMN "reports"."finding_history"."as_of" IS 'As-of date of the run.';
COMMENT ON COLUMN "reports"."finding_history"."finding_id" IS 'Finding.';
COMMENT ON COLUMN "reports"."finding_history"."account_id" IS 'Account.';
COMMENT ON COLUMN "reports"."finding_history"."role" IS 'As in reports.finding_accounts.';
COMMENT ON COLUMN "reports"."finding_history"."membership" IS 'As in reports.finding_accounts.';

CREATE TABLE IF NOT EXISTS "reports"."runs" (
    "as_of" DATE NOT NULL,
    "window_from" DATE NOT NULL,
    "loads_fingerprint" VARCHAR NOT NULL,
    "settings_fingerprint" VARCHAR NOT NULL,
    "code_version" VARCHAR NOT NULL,
    "finding_count" BIGINT NOT NULL,
    "run_id" VARCHAR NOT NULL,
    "finished_at" TIMESTAMP NOT NULL
);
COMMENT ON TABLE "reports"."runs" IS 'Runs whose results are in this warehouse. One row per run that was published.';
COMMENT ON COLUMN "reports"."runs"."as_of" IS 'Last day that was looked at.';
COMMENT ON COLUMN "reports"."runs"."window_from" IS 'First day that was looked at.';
COMMENT ON COLUMN "reports"."runs"."loads_fingerprint" IS 'SHA-256 over the loads in force in the window.';
COMMENT ON COLUMN "reports"."runs"."settings_fingerprint" IS 'SHA-256 over the settings that change results.';
COMMENT ON COLUMN "reports"."runs"."code_version" IS 'Version of the package.';
COMMENT ON COLUMN "reports"."runs"."finding_count" IS 'Findings of the run.';
COMMENT ON COLUMN "reports"."runs"."run_id" IS 'Dagster''s id of the run.';
COMMENT ON COLUMN "reports"."runs"."finished_at" IS 'When the reports were complete, UTC.';

CREATE TABLE IF NOT EXISTS "reports"."finding_counts" (
    "finding_id" VARCHAR NOT NULL,
    "measure" VARCHAR NOT NULL,
    "subject" VARCHAR NOT NULL,
    "counted_count" BIGINT NOT NULL,
    "total_count" BIGINT NOT NULL,
    "share" DOUBLE NOT NULL
);
COMMENT ON TABLE "reports"."finding_counts" IS 'How many of how many, for the shares that the statements of a finding count themselves. One row per share that a finding''s statements state.';
COMMENT ON COLUMN "reports"."finding_counts"."finding_id" IS 'Finding.';
COMMENT ON COLUMN "reports"."finding_counts"."measure" IS 'What is counted, as in reports.finding_evidence.';
COMMENT ON COLUMN "reports"."finding_counts"."subject" IS 'Barred owner or decision that it is on; empty for all others.';
COMMENT ON COLUMN "reports"."finding_counts"."counted_count" IS 'Those counted: accounts; causes of the finding for leave_one_out.';
COMMENT ON COLUMN "reports"."finding_counts"."total_count" IS 'All that were looked at.';
COMMENT ON COLUMN "reports"."finding_counts"."share" IS 'Those over all; 0 where there are none.';

CREATE TABLE IF NOT EXISTS "reports"."finding_robustness" (
    "finding_id" VARCHAR NOT NULL,
    "family" VARCHAR NOT NULL,
    "evidence" VARCHAR NOT NULL,
    "linked_count" BIGINT,
    "linked_share" DOUBLE,
    "control_without" VARCHAR,
    "confidence_without" VARCHAR
);
COMMENT ON TABLE "reports"."finding_robustness" IS 'What would be held of each finding without one family of its evidence: leave one family out, and judge again. One row per finding on a group and family of evidence left out.';
COMMENT ON COLUMN "reports"."finding_robustness"."finding_id" IS 'Finding.';
COMMENT ON COLUMN "reports"."finding_robustness"."family" IS 'Family of evidence that is left out.';
COMMENT ON COLUMN "reports"."finding_robustness"."evidence" IS 'Kinds of evidence that counted and are left out with it, comma-separated.';
COMMENT ON COLUMN "reports"."finding_robustness"."linked_count" IS 'Accounts of the group in the largest part that stays linked; null if the family links none.';
COMMENT ON COLUMN "reports"."finding_robustness"."linked_share" IS 'Those over all accounts of the group.';
COMMENT ON COLUMN "reports"."finding_robustness"."control_without" IS 'Confidence in common control without it; null: there would be no finding.';
COMMENT ON COLUMN "reports"."finding_robustness"."confidence_without" IS 'Confidence in the finding without it; null: there would be none.';

CREATE SCHEMA IF NOT EXISTS analysis;

CREATE OR REPLACE VIEW analysis.loads_in_force AS SELECT "snapshot_date", "load_id", "load_number", "table_name", "file", "row_count", "quarantined_count", "bytes", "sha256" FROM (
SELECT snapshot_date, load_id, load_number, table_name, file, row_count, quarantined_count, bytes, sha256
FROM raw.loads
QUALIFY load_number = MAX(load_number) OVER (PARTITION BY snapshot_date)
);
COMMENT ON VIEW analysis.loads_in_force IS 'Files of the load of each day that counts: the newest. One row per file.';
COMMENT ON COLUMN analysis.loads_in_force."snapshot_date" IS 'UTC day.';
COMMENT ON COLUMN analysis.loads_in_force."load_id" IS 'Day and fingerprint of all its files.';
COMMENT ON COLUMN analysis.loads_in_force."load_number" IS '1 for a day''s first load; more for a re-issued day.';
COMMENT ON COLUMN analysis.loads_in_force."table_name" IS 'Table the file belongs to.';
COMMENT ON COLUMN analysis.loads_in_force."file" IS 'File, relative to the day''s folder.';
COMMENT ON COLUMN analysis.loads_in_force."row_count" IS 'Rows found in it.';
COMMENT ON COLUMN analysis.loads_in_force."quarantined_count" IS 'Rows that went to the quarantine.';
COMMENT ON COLUMN analysis.loads_in_force."bytes" IS 'Size as stored.';
COMMENT ON COLUMN analysis.loads_in_force."sha256" IS 'SHA-256 as stored.';

CREATE OR REPLACE VIEW analysis.current_accounts AS SELECT "account_id", "listed_on", "created_at", "organisation_id", "organisation_name", "email_domain", "channel", "status", "status_changed_at", "plan", "programme" FROM (
WITH newest AS (
    SELECT * FROM raw.accounts
    QUALIFY ROW_NUMBER() OVER (PARTITION BY account_id ORDER BY snapshot_date DESC) = 1
),
named AS (
    SELECT organisation_id, ARG_MAX(name, snapshot_date) AS organisation_name
    FROM raw.organisations GROUP BY organisation_id
)
SELECT account_id, snapshot_date AS listed_on, created_at, organisation_id, organisation_name, email_domain, channel,
       status, status_changed_at, plan, programme
FROM newest LEFT JOIN named USING (organisation_id)
);
COMMENT ON VIEW analysis.current_accounts IS 'Every account as it was on the last day that listed it. One row per account.';
COMMENT ON COLUMN analysis.current_accounts."account_id" IS 'Account.';
COMMENT ON COLUMN analysis.current_accounts."listed_on" IS 'That day.';
COMMENT ON COLUMN analysis.current_accounts."created_at" IS 'When the account was opened, UTC.';
COMMENT ON COLUMN analysis.current_accounts."organisation_id" IS 'Organisation it belongs to.';
COMMENT ON COLUMN analysis.current_accounts."organisation_name" IS 'Name of the organisation, as registered.';
COMMENT ON COLUMN analysis.current_accounts."email_domain" IS 'Domain of the sign-up address.';
COMMENT ON COLUMN analysis.current_accounts."channel" IS 'How it reaches the model.';
COMMENT ON COLUMN analysis.current_accounts."status" IS 'Status at the end of that day.';
COMMENT ON COLUMN analysis.current_accounts."status_changed_at" IS 'When the status last changed, UTC.';
COMMENT ON COLUMN analysis.current_accounts."plan" IS 'Price plan.';
COMMENT ON COLUMN analysis.current_accounts."programme" IS 'Programme it takes part in.';

CREATE OR REPLACE VIEW analysis.daily_traffic AS SELECT "snapshot_date", "account_count", "exchange_count", "refused_count", "rate_limited_count", "input_tokens", "output_tokens" FROM (
SELECT snapshot_date, COUNT(*) AS account_count, SUM(exchange_count)::BIGINT AS exchange_count,
       SUM(refused_count)::BIGINT AS refused_count, SUM(rate_limited_count)::BIGINT AS rate_limited_count,
       SUM(input_tokens)::BIGINT AS input_tokens, SUM(output_tokens)::BIGINT AS output_tokens
FROM core.account_days GROUP BY snapshot_date
);
COMMENT ON VIEW analysis.daily_traffic IS 'What all accounts together did. One row per day.';
COMMENT ON COLUMN analysis.daily_traffic."snapshot_date" IS 'UTC day.';
COMMENT ON COLUMN analysis.daily_traffic."account_count" IS 'Accounts with an exchange.';
COMMENT ON COLUMN analysis.daily_traffic."exchange_count" IS 'Exchanges.';
COMMENT ON COLUMN analysis.daily_traffic."refused_count" IS 'Exchanges that the model refused.';
COMMENT ON COLUMN analysis.daily_traffic."rate_limited_count" IS 'Exchanges that were rate-limited.';
COMMENT ON COLUMN analysis.daily_traffic."input_tokens" IS 'Tokens read.';
COMMENT ON COLUMN analysis.daily_traffic."output_tokens" IS 'Tokens written.';

CREATE OR REPLACE VIEW analysis.finding_members AS SELECT "finding_id", "kind", "confidence", "account_id", "role", "membership", "exchange_count", "created_at", "status", "email_domain", "organisation_id", "organisation_name", "payer_id" FROM (
SELECT members.finding_id, findings.kind, findings.confidence, members.account_id, members.role, members.membership,
       members.exchange_count, current.created_at, current.status, current.email_domain, members.organisation_id,
       current.organisation_name, payers.payer_id
FROM reports.finding_accounts AS members
JOIN reports.findings AS findings USING (finding_id)
LEFT JOIN analysis.current_accounts AS current USING (account_id)
LEFT JOIN features.payers AS payers USING (account_id)
);
COMMENT ON VIEW analysis.finding_members IS 'Accounts of findings with what is known of each. One row per account in a finding.';
COMMENT ON COLUMN analysis.finding_members."finding_id" IS 'Finding.';
COMMENT ON COLUMN analysis.finding_members."kind" IS 'What is claimed.';
COMMENT ON COLUMN analysis.finding_members."confidence" IS 'Confidence in the claim; low is a lead only.';
COMMENT ON COLUMN analysis.finding_members."account_id" IS 'Account.';
COMMENT ON COLUMN analysis.finding_members."role" IS 'core or associated.';
COMMENT ON COLUMN analysis.finding_members."membership" IS 'Chance that the account belongs, from the evidence it carries and lacks.';
COMMENT ON COLUMN analysis.finding_members."exchange_count" IS 'Its exchanges in the window.';
COMMENT ON COLUMN analysis.finding_members."created_at" IS 'When the account was opened, UTC.';
COMMENT ON COLUMN analysis.finding_members."status" IS 'Its newest status.';
COMMENT ON COLUMN analysis.finding_members."email_domain" IS 'Domain of its sign-up address.';
COMMENT ON COLUMN analysis.finding_members."organisation_id" IS 'Organisation it belongs to.';
COMMENT ON COLUMN analysis.finding_members."organisation_name" IS 'Name of that organisation.';
COMMENT ON COLUMN analysis.finding_members."payer_id" IS 'Who pays for it, as far as known.';

CREATE OR REPLACE VIEW analysis.signal_carriers AS SELECT "signal_kind", "signal_value", "account_id", "payer_id", "organisation_id", "use_count", "first_at", "last_at", "account_count", "payer_count", "bits", "is_hub" FROM (
SELECT carried.signal_kind, carried.signal_value, carried.account_id, payers.payer_id, payers.organisation_id,
       carried.use_count, carried.first_at, carried.last_at, signals.account_count, signals.payer_count, signals.bits,
       signals.is_hub
FROM links.account_signals AS carried
JOIN links.signals AS signals USING (signal_kind, signal_value)
LEFT JOIN features.payers AS payers USING (account_id)
);
COMMENT ON VIEW analysis.signal_carriers IS 'Who carries which shared value, with the value''s rarity. One row per account and value.';
COMMENT ON COLUMN analysis.signal_carriers."signal_kind" IS 'Kind of the value.';
COMMENT ON COLUMN analysis.signal_carriers."signal_value" IS 'Value as it came in; an attacker may have written it.';
COMMENT ON COLUMN analysis.signal_carriers."account_id" IS 'Account that carries it.';
COMMENT ON COLUMN analysis.signal_carriers."payer_id" IS 'Who pays for the account.';
COMMENT ON COLUMN analysis.signal_carriers."organisation_id" IS 'Organisation of the account.';
COMMENT ON COLUMN analysis.signal_carriers."use_count" IS 'How often it was seen with it in the window.';
COMMENT ON COLUMN analysis.signal_carriers."first_at" IS 'First use in the window, UTC.';
COMMENT ON COLUMN analysis.signal_carriers."last_at" IS 'Last use in the window, UTC.';
COMMENT ON COLUMN analysis.signal_carriers."account_count" IS 'Accounts that share the value.';
COMMENT ON COLUMN analysis.signal_carriers."payer_count" IS 'Unrelated payers among them.';
COMMENT ON COLUMN analysis.signal_carriers."bits" IS 'Rarity: log2(accounts in all / accounts that share it).';
COMMENT ON COLUMN analysis.signal_carriers."is_hub" IS 'Whether too many, or anybody, may share it for it to link any two.';

CREATE OR REPLACE VIEW analysis.findings_by_account AS SELECT "account_id", "finding_count", "finding_ids", "highest_confidence" FROM (
SELECT account_id, COUNT(*) AS finding_count, STRING_AGG(finding_id, ', ' ORDER BY finding_id) AS finding_ids,
       CASE MAX(CASE confidence WHEN 'high' THEN 3 WHEN 'moderate' THEN 2 ELSE 1 END)
           WHEN 3 THEN 'high' WHEN 2 THEN 'moderate' ELSE 'low' END AS highest_confidence
FROM reports.finding_accounts JOIN reports.findings USING (finding_id)
GROUP BY account_id
);
COMMENT ON VIEW analysis.findings_by_account IS 'How many findings each account is in, and the gravest. One row per account in any finding.';
COMMENT ON COLUMN analysis.findings_by_account."account_id" IS 'Account.';
COMMENT ON COLUMN analysis.findings_by_account."finding_count" IS 'Findings it is in.';
COMMENT ON COLUMN analysis.findings_by_account."finding_ids" IS 'Their ids, comma-separated.';
COMMENT ON COLUMN analysis.findings_by_account."highest_confidence" IS 'The highest confidence among them.';

CREATE OR REPLACE MACRO analysis.percent(part) AS (
ROUND(100 * part, 1)
);
COMMENT ON MACRO analysis.percent IS 'A share as a percentage with one decimal. part: Share between 0 and 1.';

CREATE OR REPLACE MACRO analysis.readable(written, characters) AS (
LEFT(TRIM(REGEXP_REPLACE(REGEXP_REPLACE(written, '\s+', ' ', 'g'), '\p{C}', '', 'g')), characters)
);
COMMENT ON MACRO analysis.readable IS 'Foreign text on one line, without control and format characters, cut. written: Text that an account or a register wrote. characters: Characters to keep.';

CREATE OR REPLACE MACRO analysis.accounts_with(kind, value) AS TABLE (
SELECT account_id, payer_id, organisation_id, use_count, first_at, last_at, is_hub
FROM analysis.signal_carriers WHERE signal_kind = kind AND signal_value = value
ORDER BY account_id
);
COMMENT ON MACRO TABLE analysis.accounts_with IS 'Accounts that carry a shared value. kind: Kind of the value, e.g. ip. value: The value.';

CREATE OR REPLACE MACRO analysis.signals_of(account) AS TABLE (
SELECT signal_kind, signal_value, account_count, payer_count, ROUND(bits, 2) AS bits, is_hub, use_count, first_at, last_at
FROM analysis.signal_carriers WHERE account_id = account
ORDER BY bits DESC, signal_kind, signal_value
);
COMMENT ON MACRO TABLE analysis.signals_of IS 'Values that an account shares with others, the rarest first. account: Account.';

CREATE OR REPLACE MACRO analysis.in_common(first_account, second_account) AS TABLE (
SELECT mine.signal_kind, mine.signal_value, mine.account_count, mine.payer_count, ROUND(mine.bits, 2) AS bits, mine.is_hub
FROM analysis.signal_carriers AS mine
JOIN links.account_signals AS theirs USING (signal_kind, signal_value)
WHERE mine.account_id = first_account AND theirs.account_id = second_account
ORDER BY bits DESC, signal_kind, signal_value
);
COMMENT ON MACRO TABLE analysis.in_common IS 'Values that two accounts share, the rarest first. first_account: Account. second_account: Another account.';

CREATE OR REPLACE MACRO analysis.traffic_of(account) AS TABLE (
SELECT days.snapshot_date, days.exchange_count, days.refused_count, days.input_tokens, days.output_tokens,
       days.exchange_count / traffic.exchange_count AS exchange_share, days.first_at, days.last_at
FROM core.account_days AS days JOIN analysis.daily_traffic AS traffic USING (snapshot_date)
WHERE days.account_id = account
ORDER BY snapshot_date
);
COMMENT ON MACRO TABLE analysis.traffic_of IS 'An account''s days: what it did, and its share of all exchanges of the day. account: Account.';

CREATE OR REPLACE MACRO analysis.neighbours_of(account) AS TABLE (
WITH mine AS (
    SELECT signal_kind, signal_value, bits FROM analysis.signal_carriers WHERE account_id = account AND NOT is_hub
)
SELECT theirs.account_id, COUNT(*) AS shared_values, ROUND(SUM(mine.bits), 2) AS bits,
       STRING_AGG(DISTINCT signal_kind, ', ' ORDER BY signal_kind) AS kinds
FROM mine JOIN links.account_signals AS theirs USING (signal_kind, signal_value)
WHERE theirs.account_id <> account
GROUP BY theirs.account_id
ORDER BY bits DESC, account_id
);
COMMENT ON MACRO TABLE analysis.neighbours_of IS 'Accounts that share rare values with an account, those with most bits first; hubs do not count. account: Account.';
