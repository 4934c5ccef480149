"""Deciding: a person's verdict on a finding, written down together with what the finding was."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from forensics.decisions.log import VERDICTS, Decision, add_decision, next_number, read_decisions
from forensics.errors import NotFoundError, SettingsError, WarehouseBusyError
from forensics.home import Home

if TYPE_CHECKING:
    import duckdb

WAIT_SECONDS = 5.0
"""How long a decision waits for another writer: another decision takes less, a run takes minutes."""

NAME_CHARACTERS = 100
REASON_CHARACTERS = 2_000
"""A page; what is longer belongs into the case file, and its place into the reason."""

LISTED_IDS = 40


def decide(home: Home, finding: str, verdict: str, *, by: str, why: str) -> Decision:
    """Add a decision to the log of a state folder.

    Args:
        home: the state folder.
        finding: a finding's id, or the start of it; also one that is dormant, closed or held back.
        verdict: confirmed, cleared or unsure.
        by: who decides.
        why: the reason.

    Raises:
        SettingsError: naming everything that is wrong with name, reason and verdict.
        NotFoundError: when there is no such finding, more than one, or it went up in another one.
        WarehouseBusyError: when another process writes the state folder.
    """
    from forensics.settings import load_settings
    from forensics.warehouse import open_published, writer_lock

    by, why = _checked(verdict, by, why)
    wait_seconds = min(load_settings(home).lock_wait_seconds, WAIT_SECONDS)
    with open_published(home) as connection:
        group = _group(connection, _finding_id(connection, finding))
    try:
        with writer_lock(home, purpose=f"decision on {group['finding_id']}", wait_seconds=wait_seconds):
            decision = Decision(
                number=next_number(read_decisions(home)),
                decided_at=datetime.now(UTC).replace(tzinfo=None, microsecond=0),
                verdict=verdict,
                by=by,
                why=why,
                **group,
            )
            add_decision(home, decision)
    except WarehouseBusyError as busy:
        raise WarehouseBusyError(
            f"Nothing was decided. {busy.message}",
            next_step="Decide again when it has ended; `forensics doctor` says who writes.",
        ) from busy
    return decision


def _checked(verdict: str, by: str, why: str) -> tuple[str, str]:
    """Name and reason on one line each, without control characters."""
    said = {"by": _on_one_line(by), "why": _on_one_line(why)}
    faults = [] if verdict in VERDICTS else [f"verdict {verdict!r} is none of {', '.join(VERDICTS)}"]
    for name, what, limit in (
        ("by", "the name of whoever decides", NAME_CHARACTERS),
        ("why", "the reason", REASON_CHARACTERS),
    ):
        if not any(map(str.isalnum, said[name])):
            faults.append(f"--{name} is empty; it is {what}")
        elif len(said[name]) > limit:
            faults.append(f"--{name} has {len(said[name]):,} characters; {limit:,} is the most")
    if faults:
        raise SettingsError(
            "A decision needs a verdict, a name and a reason.", faults=faults, next_step="Correct the named options."
        )
    return said["by"], said["why"]


def _on_one_line(text: str) -> str:
    """White space as single spaces, control characters gone; joiners and marks of other scripts stay."""
    return "".join(character for character in " ".join(text.split()) if ord(character) >= 32 and character != "\x7f")


def _finding_id(connection: "duckdb.DuckDBPyConnection", start: str) -> str:
    """The one finding, of whatever run, whose id starts like this."""
    tables = connection.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'reports' AND table_name = 'finding_states'"
    ).fetchall()
    if not tables[0][0]:
        raise NotFoundError(
            "The published warehouse was made by an earlier version, which kept no states of findings.",
            next_step="Run `forensics run` once more, then decide.",
        )
    ids = [row[0] for row in connection.execute("SELECT DISTINCT finding_id FROM reports.finding_states").fetchall()]
    matching = [start] if start in ids else sorted(one for one in ids if start and one.startswith(start))
    if len(matching) != 1:
        raise NotFoundError(
            f"{len(matching) or 'No'} finding{'s start' if matching else ' starts'} with {start!r}.",
            faults=matching[:LISTED_IDS],
            next_step="`forensics findings` lists what was found, `forensics decisions` what was decided on.",
        )
    return str(matching[0])


def _group(connection: "duckdb.DuckDBPyConnection", finding_id: str) -> dict[str, Any]:
    """What a decision is made on: the finding as it was when its group was last found."""
    chosen = {"finding": finding_id}
    kind, status, confidence, supports, last_found_on, as_of = connection.execute(
        "SELECT kind, status, confidence, supports, last_found_on, as_of FROM reports.finding_states"
        " WHERE finding_id = $finding ORDER BY as_of DESC LIMIT 1",
        chosen,
    ).fetchall()[0]
    if status == "absorbed":
        (heir,) = connection.execute(
            "SELECT finding_id FROM reports.finding_lineage WHERE relation = 'merged_into'"
            " AND predecessor_finding_id = $finding AND as_of = $as_of",
            {**chosen, "as_of": as_of},
        ).fetchall()
        raise NotFoundError(
            f"{finding_id} went up in {heir[0]} as of {as_of}.", next_step=f"Decide on {heir[0]} instead."
        )
    then = {**chosen, "as_of": last_found_on}
    accounts = connection.execute(
        "SELECT account_id FROM reports.finding_history WHERE finding_id = $finding AND as_of = $as_of ORDER BY ALL",
        then,
    ).fetchall()
    signals = connection.execute(
        "SELECT signal_kind, signal_value, family FROM reports.finding_signal_history"
        " WHERE finding_id = $finding AND as_of = $as_of ORDER BY ALL",
        then,
    ).fetchall()
    return {
        "finding_id": finding_id,
        "as_of": last_found_on,
        "kind": kind,
        "confidence": confidence,
        "supports": tuple(filter(None, supports.split(","))),
        "accounts": tuple(account for (account,) in accounts),
        "signals": tuple(signals),
    }
