"""One day of the step core on a Spark Connect end point: the relations `day_*` there, and what the day's tables hold.

The state folder must lie where the engine's workers see it at the same place: they read the day's exchanges from it and
write Parquet below its scratch folder, which the warehouse takes in. Text is read twice, and once more for the sampled
prompts and the templates' examples, as on one machine; nothing but the sums and the two daily files comes back.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb

from forensics import contracts
from forensics.contracts.sql import literal, quote
from forensics.core.capabilities import classifier_of, register_capabilities
from forensics.core.daily_files import RowsOf, home_of
from forensics.core.fixed_parts import FRAME_PROMPTS, FRAMES
from forensics.core.prompt_samples import kept_characters
from forensics.core.template_names import TEXT_CHARACTERS
from forensics.engine import sample_pass, template_pass
from forensics.engine.portable_sql import for_spark, query_of, view_of
from forensics.engine.prompt_pass import prompt_pass
from forensics.engine.spark import SparkRelations
from forensics.errors import SnapshotError
from forensics.raw.exchange_files import files_in_force
from forensics.settings import Settings

KEPT_HERE = ("daily_files", "day_loads")
"""Tables that say what the warehouse itself holds: no other engine knows."""


@contextmanager
def read_on_spark(connection: duckdb.DuckDBPyConnection, day: date, settings: Settings) -> Iterator[RowsOf]:
    """Sum up a day on the end point that the settings name.

    Args:
        connection: the writer's, with the day loaded.
        day: the UTC day.
        settings: end point, classifier, embedder, sample, lists.

    Yields:
        Name of a table of the step core → SQL that DuckDB reads its rows from, while the block lasts.

    Raises:
        EngineError: when the extra, the end point or a worker's package is missing.
        SnapshotError: when the day is not loaded or the file of its exchanges is gone.
    """
    home = home_of(connection)
    file = files_in_force(connection, home).get(day)
    if file is None or not file.is_file():
        raise SnapshotError(
            f"The exchanges of {day} cannot be read: {f'{file} is gone' if file else 'the day is not loaded'}.",
            next_step=f"Run `forensics run --snapshots ROOT --from {day} --to {day}` with the snapshots the day was"
            " loaded from; a lost file is written again.",
        )
    relations = SparkRelations(settings.spark_remote, home.scratch / "spark" / day.isoformat())
    try:
        yield _Reading(connection, relations, day, settings).table_rows(file)
    finally:
        relations.close()


class _Reading:
    """The relations of one day, in the order in which they are made from each other."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, relations: SparkRelations, day: date, settings: Settings
    ) -> None:
        self._connection, self._relations, self._day, self._settings = connection, relations, day, settings

    def table_rows(self, file: Path) -> RowsOf:
        """Make every relation, then every table's rows."""
        self._take_small()
        count = self._connection.execute(f"SELECT count(*) FROM read_parquet({literal(str(file))})").fetchall()[0][0]
        self._relations.size(count)
        self._relations.read("day_texts", file)
        self._relations.apply("day_exchanges", "day_texts", prompt_pass(self._settings))
        self._relations.keep("day_exchanges")
        self._fix_parts()
        self._name_templates()
        self._sample()
        tables = [table.name for table in contracts.of_step("core") if table.name not in KEPT_HERE]
        queries = {name: self._sum_up(name) for name in tables}
        return lambda name: queries.get(name) or query_of("forensics.core", name)

    def _take_small(self) -> None:
        """What is not read from text: payments, the capabilities' bits, the places of frames and examples."""
        register_capabilities(self._connection, classifier_of(self._settings))
        places = ", ".join(f"({place}, {head}, {tail})" for place, (head, tail) in enumerate(FRAMES))
        for name, query in (
            ("day_capabilities", "FROM day_capabilities"),
            ("day_frame_places", f"SELECT * FROM (VALUES {places}) AS frames (place, depth, tail_depth)"),
            ("day_example_numbers", "SELECT * FROM (VALUES (0), (1), (2), (3)) AS numbers (number)"),
            (
                view_of("raw.payments"),
                "SELECT snapshot_date, account_id, paid_at, instrument_id FROM raw.payments"
                f" WHERE snapshot_date = DATE {literal(self._day.isoformat())}",
            ),
        ):
            self._relations.take(name, self._connection, query)
        self._connection.execute("DROP TABLE day_capabilities")

    def _fix_parts(self) -> None:
        """Which parts of the distinct prompts, and of the system prompts, are fixed."""
        spark = self._relations
        self._query("day_systems")
        spark.apply("day_system_heads", "day_systems", template_pass.FIX_SYSTEMS, "system_group")
        spark.apply("day_system_parts", "day_system_heads", template_pass.FIX_SYSTEM_ENDS, "end_group")
        spark.keep("day_system_parts")
        spark.apply("day_prompt_heads", "day_exchanges", template_pass.FIX_HEADS, "head_group")
        spark.apply("day_prompt_ends", "day_prompt_heads", template_pass.FIX_TAILS, "tail_group")
        self._query("day_prompt_texts")
        spark.apply("day_prompts", "day_prompt_texts", template_pass.READ_FILLS)
        spark.keep("day_prompts")
        self._query("day_line_prompts")
        spark.apply("day_lines", "day_line_prompts", template_pass.LIST_LINES)
        spark.apply("day_shared_lines", "day_lines", template_pass.SHARE_LINES, "key")
        self._query("day_open_lines")
        spark.apply("day_middles", "day_open_lines", template_pass.CHOOSE_LINES, "prompt_hash")
        spark.keep("day_middles")
        self._query("day_frames", frame_prompts=FRAME_PROMPTS)
        self._query("day_prompt_parts")
        spark.keep("day_prompt_parts")

    def _name_templates(self) -> None:
        """The templates' texts and ids, and which exchange follows which."""
        spark = self._relations
        self._query("day_part_examples")
        self._query("day_example_texts")
        spark.apply("day_part_texts", "day_example_texts", template_pass.NAME, "part", "key")
        self._query("day_templates", characters=TEXT_CHARACTERS)
        spark.keep("day_templates")
        self._query("day_exchange_templates")
        spark.keep("day_exchange_templates")

    def _sample(self) -> None:
        """The sampled prompts and what is made of them."""
        spark, day, settings = self._relations, self._day, self._settings
        self._query("day_ids")
        self._query("day_sample_ids", "forensics.core", per_account=settings.prompts_per_account_day)
        kept = kept_characters(whole=bool(settings.public_item_lists))
        self._query("day_sample_texts", "forensics.core", kept=kept)
        spark.keep("day_sample_texts")
        spark.apply("day_prompt_samples", "day_sample_texts", sample_pass.vector_pass(day, settings))
        spark.apply("day_sample_sums", "day_sample_texts", sample_pass.sum_pass(day, settings), "account_id")
        spark.apply("day_public_items", "day_sample_texts", sample_pass.item_pass(day, settings))

    def _query(self, name: str, package: str = "forensics.engine", **parameters: object) -> None:
        self._relations.query(name, query_of(package, name), **parameters)

    def _sum_up(self, name: str) -> str:
        """The rows of a table of the step core, as Parquet; SQL that reads them."""
        query = query_of("forensics.core", name)
        parameters = {"day": self._day} if "day" in for_spark(query)[1] else {}
        self._relations.query(f"rows_of_{name}", query, **parameters)
        files = ", ".join(literal(str(file)) for file in self._relations.keep(f"rows_of_{name}"))
        columns = ", ".join(map(quote, contracts.get(f"core.{name}").columns))
        return f"SELECT {columns} FROM read_parquet([{files}], hive_partitioning = false)"
