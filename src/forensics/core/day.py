"""One day of the step core: read the day's text once, then sum up in SQL, all in one transaction."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date
from importlib.resources import files

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics import contracts
from forensics.contracts.sql import quote, relation
from forensics.core.capabilities import (
    CapabilityClassifier,
    asked_by_prompts,
    asked_by_systems,
    classifier_of,
    columns_of,
    register_capabilities,
)
from forensics.core.daily_files import RowsOf, home_of, point_views_at_daily_files, write_daily_files
from forensics.core.day_templates import PromptHashes, TemplatePass, hashes_of
from forensics.core.definition import definition_id
from forensics.core.distinct_prompts import DistinctPrompts
from forensics.core.embeddings import prompt_vectors
from forensics.core.embeddings.prompt_vectors import PromptVectors
from forensics.core.prompt_samples import choose_prompts, embed_prompts, keep_prompts
from forensics.core.public_items import PublicItems, names_of_lists, read_lists
from forensics.core.template_names import keep_parts, name_templates
from forensics.core.text_batches import done_ahead, text_batches
from forensics.core.value_names import name_values
from forensics.errors import SnapshotError
from forensics.raw.exchange_files import exchanges_of_day
from forensics.settings import Settings
from forensics.warehouse.tables import day_rows_replaced

NAMED = ("account_id", "model", "outcome", "ip", "user_agent", "api_key_id", "client_fingerprint")
"""Columns whose values recur in a day: as numbers they take half the room, and are grouped in less time."""


def build_day(connection: duckdb.DuckDBPyConnection, day: date, settings: Settings | None = None) -> dict[str, int]:
    """Replace the day's rows of every core table by what the day's exchanges and payments sum up to.

    Args:
        connection: the writer's, with the day loaded.
        day: the UTC day.
        settings: on which engine, which embedder, how many prompts it embeds, lists of public items; the defaults if
            none.

    Returns:
        Rows written, by full table name.

    Raises:
        SnapshotError: when the day is loaded and the file of its exchanges is gone.
        EmbedderError: when the embedder cannot be loaded.
        SettingsError: when a list of public items cannot be read.
        EngineError: when the engine that the settings name cannot be used.
    """
    settings = settings or Settings()
    vectors, lists = prompt_vectors(settings.embedder), read_lists(settings.public_item_lists)
    made_with = {
        "classifier_id": classifier_of(settings).id,
        "embedder_id": vectors.id,
        "public_item_lists": names_of_lists(lists),
        "definition_id": definition_id(),
    }
    if settings.engine == "spark":
        from forensics.engine.spark_day import read_on_spark

        reading = read_on_spark(connection, day, settings)
    else:
        reading = _read_here(connection, day, settings, vectors, lists)
    with reading as rows_of:
        return _sum_up(connection, day, rows_of, made_with)


def _sum_up(
    connection: duckdb.DuckDBPyConnection, day: date, rows_of: RowsOf, made_with: dict[str, str | None]
) -> dict[str, int]:
    """Write the daily files and, in one transaction, the rows of every other table."""
    tables = [table for table in contracts.of_step("core") if table.stored_as == "native"]
    home = home_of(connection)
    parameters = {"day": day, **made_with, **write_daily_files(connection, home, day, rows_of)}
    rows = {}
    with day_rows_replaced(connection, [table.full_name for table in tables], day):
        for table in tables:
            names = ", ".join(quote(name) for name in table.columns)
            query = rows_of(table.name)
            connection.execute(
                f"INSERT INTO {relation(table)} ({names}) SELECT {names} FROM ({query}) ORDER BY "
                + ", ".join(quote(name) for name in table.primary_key),
                {name: value for name, value in parameters.items() if f"${name}" in query} or None,
            )
            rows[table.full_name] = connection.execute(
                f"SELECT count(*) FROM {relation(table)} WHERE snapshot_date = ?", [day]
            ).fetchall()[0][0]
        point_views_at_daily_files(connection, home)
    return rows


@contextmanager
def _read_here(
    connection: duckdb.DuckDBPyConnection,
    day: date,
    settings: Settings,
    vectors: PromptVectors,
    lists: Sequence[PublicItems],
) -> Iterator[RowsOf]:
    """Read the day's text into temporary tables; what a table holds is then the query beside this module."""
    _read_text(connection, day, settings)
    embed_prompts(connection, vectors, day, lists, threads=settings.threads)
    yield lambda name: files("forensics.core").joinpath(f"{name}.sql").read_text("utf-8")
    for name in (
        "day_exchanges",
        "day_capabilities",
        "day_exchange_templates",
        "day_templates",
        "day_prompt_samples",
        "day_sample_sums",
        "day_public_items",
    ):
        connection.execute(f"DROP TABLE {name}")
    for name in ("template", *NAMED):
        connection.execute(f"DROP TYPE day_{name}")


def _read_text(connection: duckdb.DuckDBPyConnection, day: date, settings: Settings) -> None:
    """Make the temporary table `day_exchanges`: every column but the text, and what the text shows.

    Only the text comes here, in batches; the other columns go from their file into the table.
    """
    exchanges = exchanges_of_day(connection, day)
    templates = TemplatePass()
    classifier = classifier_of(settings)
    register_capabilities(connection, classifier)
    with _readable(day):
        for name in NAMED:
            name_values(
                connection, f"day_{name}", f"SELECT {name} FROM {exchanges} WHERE snapshot_date = $day", day=day
            )
        columns = "prompt, system_prompt, tool_count, image_count, hash(exchange_id) AS id_hash"
        with closing(text_batches(connection, exchanges, day, columns)) as batches:
            found = _read_batches(batches, classifier, templates, settings.threads)
        _join_columns(connection, exchanges, day, found)
        choose_prompts(connection, settings.prompts_per_account_day)
        with closing(text_batches(connection, exchanges, day, "prompt")) as batches:
            prompts = (batch["prompt"] for batch in batches)
            kept = keep_prompts(connection, prompts, whole=bool(settings.public_item_lists))
            keep_parts(connection, templates.assign(kept, threads=settings.threads))
        del templates
        name_templates(connection, exchanges, day)


def _read_batches(
    batches: Iterable[pl.DataFrame], classifier: CapabilityClassifier, templates: TemplatePass, threads: int
) -> list[pl.DataFrame]:
    """What the text of each batch shows, row by row; a prompt that comes again is not read again."""
    distinct = DistinctPrompts()

    def read(
        numbered: tuple[pl.DataFrame, tuple[NDArray[np.int64], NDArray[np.bool_]]],
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], PromptHashes]:
        batch, (_, is_new) = numbered
        new = batch.filter(is_new)
        hashes = hashes_of(new["prompt"], batch["system_prompt"])
        return asked_by_prompts(new, classifier), asked_by_systems(batch, classifier), hashes

    found, asked = [], np.zeros(0, dtype=np.int64)
    for (batch, (numbers, _)), (by_prompts, by_systems, hashes) in done_ahead(
        read, ((batch, distinct.add(batch)) for batch in batches), threads=threads
    ):
        asked = np.concatenate([asked, by_prompts])
        columns = columns_of(asked[numbers] | by_systems, classifier)
        characters = batch["prompt"].str.len_chars().cast(pl.Int64).alias("prompt_characters")
        found.append(pl.DataFrame([batch["id_hash"], characters, *columns, *templates.add(hashes, numbers)]))
    return found


def _join_columns(connection: duckdb.DuckDBPyConnection, exchanges: str, day: date, found: list[pl.DataFrame]) -> None:
    """Fill `day_exchanges` from the day's file and from what batches of its text showed, row by row.

    The list of these is emptied: joined to one, they are held once.

    Raises:
        SnapshotError: when the rows are not those of the batches.
    """
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE day_exchanges (
            snapshot_date DATE, exchange_id VARCHAR, account_id day_account_id, occurred_at TIMESTAMP, model day_model,
            input_tokens BIGINT, output_tokens BIGINT, ip day_ip, user_agent day_user_agent, thinking BOOLEAN,
            tool_count BIGINT, image_count BIGINT, outcome day_outcome, api_key_id day_api_key_id,
            history_fingerprint VARCHAR, client_fingerprint day_client_fingerprint, prompt_characters BIGINT,
            capability_mask BIGINT, reasoning BOOLEAN, grading BOOLEAN, trace_cleaning BOOLEAN,
            policy_rewriting BOOLEAN, agentic BOOLEAN, safety_probing BOOLEAN, row_number BIGINT, prompt_hash UBIGINT,
            is_long BOOLEAN
        )
        """
    )
    if not found:
        return
    text_columns = pl.concat(found)
    found.clear()
    connection.register("text_columns", text_columns.to_arrow())
    columns = "* EXCLUDE (temperature, conversation_id, prompt, system_prompt)"
    # A positional join reads both sides in their order; the ids say so.
    connection.execute(
        f"INSERT INTO day_exchanges BY NAME SELECT * EXCLUDE (own_hash, id_hash) FROM (SELECT {columns},"
        f" hash(exchange_id) AS own_hash FROM {exchanges} WHERE snapshot_date = $day) POSITIONAL JOIN text_columns"
        " WHERE own_hash = id_hash",
        {"day": day},
    )
    joined = connection.execute("SELECT count(*) FROM day_exchanges").fetchall()[0][0]
    if joined != text_columns.height:
        raise SnapshotError(
            f"The exchanges of {day} changed while they were read.",
            next_step="Run the day again; nobody else may write.",
        )
    connection.unregister("text_columns")


@contextmanager
def _readable(day: date) -> Iterator[None]:
    """Say what to do when the file of the day's exchanges is gone."""
    try:
        yield
    except duckdb.IOException as fault:
        raise SnapshotError(
            f"The exchanges of {day} cannot be read: {str(fault).splitlines()[0][:300]}",
            next_step=f"Run `forensics run --snapshots ROOT --from {day} --to {day}` with the snapshots the day was"
            " loaded from; a lost file is written again.",
        ) from fault
