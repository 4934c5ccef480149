"""From hashes to names: the fixed text of each part is written out once, and its MD5 names the template for ever."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import duckdb
import numpy as np
import polars as pl

from forensics.core.capabilities.taxonomy import DEMANDS
from forensics.core.text_buffers import texts_of, words_buffers
from forensics.core.value_names import name_values

TEXT_CHARACTERS = 400
"""Characters of a template's text that are kept; its id is of the whole text."""

READ_ROWS = 50_000
"""Texts in memory at once while templates are named."""


def keep_parts(connection: duckdb.DuckDBPyConnection, parts: pl.DataFrame) -> None:
    """Make the temporary table `day_parts`, where the engine bounds what it takes of memory.

    Args:
        connection: the writer's.
        parts: as `TemplatePass.assign` returns them.
    """
    connection.register("parts_read", parts.to_arrow())
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE day_parts AS SELECT * REPLACE (CAST(part AS VARCHAR) AS part) FROM parts_read"
    )
    connection.unregister("parts_read")


def name_templates(connection: duckdb.DuckDBPyConnection, exchanges: str, day: date) -> None:
    """Make the temporary tables `day_exchange_templates`, which templates each exchange follows, and `day_templates`.

    Args:
        connection: with the temporary tables `day_exchanges` and `day_parts`; the latter is dropped.
        exchanges: SQL of the relation with the prompts.
        day: the UTC day.
    """
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE day_templates (part VARCHAR, key UBIGINT, template_id VARCHAR, text VARCHAR);
        CREATE OR REPLACE TEMP TABLE part_examples AS
        -- One exchange a prompt first: the same prompt comes with several system prompts, and the choice must be one.
        WITH prompts AS (
            SELECT part, key, prompt_hash, MIN(depth) AS depth, MIN(tail_depth) AS tail_depth,
                   MIN(exchange_id) AS first_id, MAX(exchange_id) AS last_id
            FROM day_parts JOIN day_exchanges USING (row_number) GROUP BY part, key, prompt_hash
        ),
        chosen AS (
            SELECT part, key, MIN(depth) AS depth, MIN(tail_depth) AS tail_depth,
                   ARG_MIN(first_id, prompt_hash) AS one, ARG_MAX(first_id, prompt_hash) AS two,
                   MIN(first_id) AS three, MAX(last_id) AS four
            FROM prompts GROUP BY part, key
        )
        SELECT part, key, depth, tail_depth, one AS exchange_id, 0 AS number FROM chosen
        UNION ALL
        SELECT part, key, depth, tail_depth, two, 1 FROM chosen
        UNION ALL
        -- Two prompts, which most parts have, are their own first and last: read once, they show as much.
        SELECT part, key, depth, tail_depth, three, 2 FROM chosen WHERE three NOT IN (one, two)
        UNION ALL
        SELECT part, key, depth, tail_depth, four, 3 FROM chosen WHERE four NOT IN (one, two, three)
        """
    )
    # A cursor does not see this connection's temporary tables.
    examples = connection.sql("FROM part_examples").to_arrow_table()
    reader = connection.cursor()
    reader.register("part_examples", examples)
    try:
        batches = reader.sql(
            "SELECT part, key, depth, tail_depth, number,"
            " CASE WHEN part = 'system' THEN system_prompt ELSE prompt END AS text"
            f" FROM {exchanges} AS exchanges JOIN part_examples USING (exchange_id)"
            " WHERE snapshot_date = $day ORDER BY part, key, number",
            params={"day": day},
        ).to_arrow_reader(READ_ROWS)
        for batch in _whole_groups(batches):
            connection.register("named", fixed_texts(batch).to_arrow())
            connection.execute(
                "INSERT INTO day_templates SELECT part, key, part || '-' || substr(md5(fixed), 1, 16),"
                f" substr(text, 1, {TEXT_CHARACTERS}) FROM named"
            )
            connection.unregister("named")
    finally:
        reader.close()
    name_values(connection, "day_template", "SELECT template_id FROM day_templates")
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE day_exchange_templates AS
        SELECT snapshot_date, exchange_id, account_id, occurred_at, outcome, prompt_hash, is_long,
               history_fingerprint IS NOT NULL AS goes_on,
               CAST(template_id AS day_template) AS template_id, part, fill_hash,
               {", ".join(DEMANDS)}
        FROM day_parts JOIN day_templates USING (part, key) JOIN day_exchanges USING (row_number);
        DROP TABLE day_parts;
        DROP TABLE part_examples
        """
    )


def _whole_groups(batches: Iterable[Any]) -> Iterator[pl.DataFrame]:
    """Batches cut where a template's examples end."""
    rest: list[pl.DataFrame] = []
    for batch in batches:
        frame = pl.concat([*rest, pl.DataFrame(batch)])
        is_last = (frame["part"] == frame["part"][-1]) & (frame["key"] == frame["key"][-1])
        yield frame.filter(~is_last)
        rest = [frame.filter(is_last)]
    yield from rest


def fixed_texts(examples: pl.DataFrame) -> pl.DataFrame:
    """The fixed text of each part, from up to four exchanges that have it.

    The part is known down to one of a few depths; what all examples still have in common beyond it is shown too.

    Args:
        examples: part, key, depth, tail_depth, text; the rows of a part and key together.

    Returns:
        One row per part and key: part, key, fixed (text down to the depth, which names the template), text (to show).
    """
    from forensics.core.template_texts import write_texts

    if examples.is_empty():
        return pl.DataFrame(
            schema={"part": examples.schema["part"], "key": pl.UInt64, "fixed": pl.String, "text": pl.String}
        )
    starts = examples.select(pl.struct("part", "key").rle_id().is_first_distinct().arg_true()).to_series().to_numpy()
    parts = examples[starts].select("part", "key", "depth", "tail_depth", place=_places())
    bounds = np.append(starts.astype(np.int64), examples.height)
    place, depth, tail_depth = (parts[name].cast(pl.Int64).to_numpy() for name in ("place", "depth", "tail_depth"))
    data, offsets = words_buffers(examples["text"])
    written = write_texts(data, offsets, bounds, place, depth, tail_depth, parts["key"].to_numpy())
    return parts.select("part", "key", fixed=texts_of(*written[:2]), text=texts_of(*written[2:]))


def _places() -> pl.Expr:
    from forensics.core.lexing import MARK_UNITS
    from forensics.core.template_texts import FRAME, HEAD, MIDDLE, TAIL, WHOLE

    is_system = pl.col("part") == "system"
    place: Any = pl.when(is_system & (pl.col("depth") == len(MARK_UNITS))).then(pl.lit(WHOLE))
    place = place.when(is_system & (pl.col("tail_depth") >= 0)).then(pl.lit(TAIL))
    for part, kind in (("head", HEAD), ("tail", TAIL), ("system", HEAD), ("middle", MIDDLE), ("frame", FRAME)):
        place = place.when(pl.col("part") == part).then(pl.lit(kind))
    numbers: pl.Expr = place.cast(pl.Int64)
    return numbers
