"""Which days' sums are those that a run would make now, and summing up the others before anybody looks back.

A day is loaded in one transaction and summed up in a later one, so a run that ends in between leaves a day that is
loaded and has no sums, or the sums of an earlier issue. And an edited taxonomy, other weights, another embedder, other
lists of public items or other code make sums that cannot stand beside those of earlier days. `core.day_loads` is
written with the sums and tells all of these apart.
"""

from collections.abc import Callable, Collection
from datetime import date

import duckdb

from forensics.core.capabilities import classifier_of
from forensics.core.daily_files import home_of, lost_file_days
from forensics.core.day import build_day
from forensics.core.definition import definition_id
from forensics.core.embeddings import prompt_vectors
from forensics.core.public_items import names_of_lists, read_lists
from forensics.settings import Settings

NOT_SUMMED_UP = "its load in force is not summed up"
LOST_FILE = "one of its files of core is gone"
OTHER_CLASSIFIER = "other capability weights or another taxonomy read its prompts"
OTHER_EMBEDDER = "another embedder made its vectors"
OTHER_LISTS = "it was compared with other lists of public items"
OTHER_DEFINITION = "its tables were made by code that says something else"


def stale_days(
    connection: duckdb.DuckDBPyConnection, first: date, last: date, settings: Settings | None = None
) -> dict[date, list[str]]:
    """The loaded days whose sums are missing, not of the load in force, made in another way than now, or lost a file.

    Args:
        connection: the warehouse.
        first: first UTC day that counts.
        last: last UTC day that counts.
        settings: what a day would be summed up with now; without them only load and files are asked for.

    Returns:
        Day → why, in the order of days.

    Raises:
        SettingsError: when the taxonomy, the weights or a list of public items that the settings name cannot be used.
        EmbedderError: when the embedder cannot be loaded.
    """
    found = connection.execute(
        """
        SELECT snapshot_date
        FROM (
            SELECT snapshot_date, arg_max(load_id, load_number) AS load_id
            FROM raw.loads WHERE snapshot_date BETWEEN ? AND ? GROUP BY snapshot_date
        )
        ANTI JOIN core.day_loads USING (snapshot_date, load_id)
        """,
        [first, last],
    ).fetchall()
    reasons = [(day, NOT_SUMMED_UP) for (day,) in found]
    reasons += [(day, LOST_FILE) for day in lost_file_days(connection, home_of(connection)) if first <= day <= last]
    if settings is not None:
        reasons += _made_otherwise(connection, first, last, settings)
    return {day: [why for other, why in reasons if other == day] for day in sorted({day for day, _ in reasons})}


def _made_otherwise(
    connection: duckdb.DuckDBPyConnection, first: date, last: date, settings: Settings
) -> list[tuple[date, str]]:
    """Days that were read with something else than the settings name now, and what it is."""
    now = (
        (classifier_of(settings).id, OTHER_CLASSIFIER),
        (prompt_vectors(settings.embedder).id, OTHER_EMBEDDER),
        (names_of_lists(read_lists(settings.public_item_lists)), OTHER_LISTS),
        (definition_id(), OTHER_DEFINITION),
    )
    rows = connection.execute(
        "SELECT snapshot_date, classifier_id, embedder_id, public_item_lists, definition_id FROM core.day_loads"
        " WHERE snapshot_date BETWEEN ? AND ?",
        [first, last],
    ).fetchall()
    return [(day, why) for day, *used in rows for was, (wanted, why) in zip(used, now, strict=True) if was != wanted]


def forget_days(connection: duckdb.DuckDBPyConnection, days: Collection[date]) -> None:
    """Let the sums of these days count for nothing until they are made again, though their rows stay where they are."""
    connection.execute("DELETE FROM core.day_loads WHERE list_contains(?::DATE[], snapshot_date)", [list(days)])


def bring_up_to_date(
    connection: duckdb.DuckDBPyConnection,
    first: date,
    last: date,
    say: Callable[[str], None] = lambda _: None,
    settings: Settings | None = None,
) -> list[date]:
    """Sum up every stale day, each in a transaction of its own.

    Args:
        connection: the writer's, with no open transaction.
        first: first UTC day that counts.
        last: last UTC day that counts.
        say: told each day that is summed up, and why.
        settings: how days are summed up; the defaults, and no matter how the others were, if none.

    Returns:
        The days that were stale.

    Raises:
        SnapshotError: when the exchanges of a stale day are gone.
    """
    days = stale_days(connection, first, last, settings)
    for number, (day, reasons) in enumerate(days.items(), start=1):
        say(f"{day}: {'; '.join(reasons)}. Summing up the day again, {number} of {len(days)}")
        build_day(connection, day, settings)
    return list(days)
