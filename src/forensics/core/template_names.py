"""From hashes to names: the fixed text of each part is written out once, and its MD5 names the template for ever."""

from datetime import date

import duckdb
import numpy as np
import polars as pl

from forensics.core.text_buffers import buffers, texts_of

TEXT_CHARACTERS = 400
"""Characters of a template's text that are kept; its id is of the whole text."""

READ_ROWS = 50_000
"""Texts in memory at once while templates are named."""


def name_templates(connection: duckdb.DuckDBPyConnection, parts: pl.DataFrame, exchanges: str, day: date) -> None:
    """Make the temporary table `day_exchange_templates`: which templates each of the day's exchanges follows.

    Args:
        connection: with the temporary table `day_exchanges`.
        parts: as `TemplatePass.assign` returns them.
        exchanges: SQL of the relation with the prompts.
        day: the UTC day.
    """
    connection.register("parts_read", parts.to_arrow())
    connection.execute("CREATE OR REPLACE TEMP TABLE day_parts AS FROM parts_read")
    connection.unregister("parts_read")
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE day_templates (part VARCHAR, key UBIGINT, template_id VARCHAR, text VARCHAR);
        CREATE OR REPLACE TEMP TABLE part_examples AS
        SELECT part, key, MIN(depth) AS depth, MIN(tail_depth) AS tail_depth, MIN(exchange_id) AS exchange_id
        FROM day_parts JOIN day_exchanges USING (row_number) GROUP BY part, key
        """
    )
    # A cursor does not see this connection's temporary tables.
    examples = connection.sql("FROM part_examples").to_arrow_table()
    reader = connection.cursor()
    reader.register("part_examples", examples)
    try:
        batches = reader.sql(
            "SELECT part, key, depth, tail_depth,"
            " CASE WHEN part = 'system' THEN system_prompt ELSE prompt END AS text"
            f" FROM {exchanges} AS exchanges JOIN part_examples USING (exchange_id)"
            " WHERE snapshot_date = $day AND exchange_id IN (SELECT exchange_id FROM part_examples)",
            params={"day": day},
        ).to_arrow_reader(READ_ROWS)
        for batch in batches:
            named = _named(pl.DataFrame(batch))
            connection.register("named", named.to_arrow())
            connection.execute(
                "INSERT INTO day_templates SELECT part, key, part || '-' || substr(md5(text), 1, 16),"
                f" substr(text, 1, {TEXT_CHARACTERS}) FROM named"
            )
            connection.unregister("named")
    finally:
        reader.close()
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE day_exchange_templates AS
        SELECT snapshot_date, exchange_id, account_id, occurred_at, outcome, prompt_hash, template_id, part, text,
               fill_hash
        FROM day_parts JOIN day_templates USING (part, key) JOIN day_exchanges USING (row_number);
        DROP TABLE day_parts;
        DROP TABLE day_templates;
        DROP TABLE part_examples
        """
    )


def _named(examples: pl.DataFrame) -> pl.DataFrame:
    """The fixed text of each part, from one exchange that has it."""
    from forensics.core.lexing import MARK_UNITS
    from forensics.core.template_texts import FRAME, HEAD, MIDDLE, TAIL, WHOLE, write_texts

    data, offsets = buffers(examples["text"].str.to_lowercase())
    whole = (pl.col("part") == "system") & (pl.col("depth") == len(MARK_UNITS))
    place = pl.when(whole).then(pl.lit(WHOLE))
    for part, kind in (("head", HEAD), ("tail", TAIL), ("system", HEAD), ("middle", MIDDLE), ("frame", FRAME)):
        place = place.when(pl.col("part") == part).then(pl.lit(kind))
    arguments = (
        examples.select(place.cast(pl.Int64)).to_series().to_numpy(),
        examples["depth"].cast(pl.Int64).to_numpy(),
        examples["tail_depth"].cast(pl.Int64).to_numpy(),
        examples["key"].to_numpy(),
    )
    bounds = write_texts(data, offsets, *arguments, np.empty(0, dtype=np.uint8))
    out = np.empty(bounds[-1], dtype=np.uint8)
    write_texts(data, offsets, *arguments, out)
    return examples.select("part", "key", text=texts_of(out, bounds))
