"""Findings as they leave the warehouse: read once, with pseudonyms for names; every exporter takes these."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import duckdb
import polars as pl

from forensics.errors import NotFoundError
from forensics.exports.documents import counted
from forensics.exports.runs import Run, read_run
from forensics.privacy.exemplars import exemplars
from forensics.privacy.pseudonyms import Pseudonyms, class_of
from forensics.settings import Settings
from forensics.warehouse.tables import read_frame

UNIQUE_CHARACTERS = 6
"""Shorter ids also occur as ordinary words and numbers: in sentences they are not replaced, only in columns."""


@dataclass(frozen=True)
class Cases:
    """Findings with all that belongs to them; every frame but the last two has finding_id.

    Attributes:
        run: the run that made them.
        recipient: whom the pseudonyms are for.
        findings, accounts, evidence, rivals: rows of the report tables; rivals are the innocent explanations; findings
            also have first_found_on, the as-of date of the first run that had each.
        signals: rows of reports.finding_signals with family, is_hub and network_kind.
        carriers: which account carries which of the finding's signals: account_id, signal_kind, signal_value.
        organisations: organisations of the accounts: organisation_id, name, jurisdiction, is_claimed (barred by the
            ownership rule, so that a claim is about it), and of those controlling_organisation_id, controlling_name,
            controlling_jurisdiction, attributed_percent.
        exemplars: redacted excerpts; no row unless they were asked for.
        networks: signal_value of addresses with the asn and as_name of their block.
        missing: what evidence was not available: source_table, statement.
    """

    run: Run
    recipient: str
    findings: pl.DataFrame
    accounts: pl.DataFrame
    signals: pl.DataFrame
    carriers: pl.DataFrame
    evidence: pl.DataFrame
    rivals: pl.DataFrame
    organisations: pl.DataFrame
    exemplars: pl.DataFrame
    networks: pl.DataFrame
    missing: pl.DataFrame

    def each(self) -> list["Cases"]:
        """One by one, the highest score first."""
        return [self.only(finding_id) for finding_id in self.findings["finding_id"]]

    def only(self, finding_id: str) -> "Cases":
        """One finding with what belongs to it."""
        frames = {field.name: getattr(self, field.name) for field in fields(self)}
        chosen: dict[str, Any] = {
            name: frame.filter(pl.col("finding_id") == finding_id)
            for name, frame in frames.items()
            if isinstance(frame, pl.DataFrame) and "finding_id" in frame.columns
        }
        return replace(self, **chosen)

    @property
    def finding(self) -> dict[str, Any]:
        """The one finding's row."""
        return self.findings.row(0, named=True)


def read_cases(
    connection: duckdb.DuckDBPyConnection,
    finding_ids: Sequence[str],
    pseudonyms: Pseudonyms,
    settings: Settings,
    *,
    with_exemplars: bool = False,
) -> Cases:
    """Read findings from a published warehouse.

    Args:
        connection: to the warehouse.
        finding_ids: which.
        pseudonyms: of the recipient.
        settings: of the state folder; without show_exemplars there are none, whoever asks.
        with_exemplars: whether excerpts of prompts go along.

    Raises:
        NotFoundError: when a finding is not there, or no run was published.
    """
    frames = {name: read_frame(connection, query, findings=list(finding_ids)) for name, query in _QUERIES.items()}
    if absent := sorted(set(finding_ids) - set(frames["findings"]["finding_id"])):
        raise NotFoundError(
            f"The warehouse lacks {counted(len(absent), 'finding')}: {', '.join(absent[:5])}.",
            next_step="`forensics findings` lists all of them.",
        )
    frames["exemplars"] = exemplars(connection, finding_ids if with_exemplars else (), settings)
    frames["networks"] = networks(connection, frames["signals"])
    pseudonyms = replace(pseudonyms, claimed=_claimed(frames["organisations"]))
    return Cases(run=read_run(connection), recipient=pseudonyms.recipient, **_renamed(frames, pseudonyms))


_CHOSEN = "list_contains($findings::VARCHAR[], finding_id)"
_QUERIES = {
    "findings": f"""
        SELECT findings.*, coalesce(first_found_on, as_of) AS first_found_on FROM reports.findings
        LEFT JOIN (
            SELECT finding_id, min(as_of) AS first_found_on FROM reports.finding_states GROUP BY finding_id
        ) USING (finding_id)
        WHERE {_CHOSEN} ORDER BY score DESC, finding_id""",
    "accounts": f"""
        SELECT * FROM reports.finding_accounts WHERE {_CHOSEN}
        ORDER BY finding_id, role = 'core' DESC, membership DESC, exchange_count DESC, account_id""",
    "signals": f"""
        SELECT shared.*, family, coalesce(is_hub, false) AS is_hub, network_kind
        FROM reports.finding_signals AS shared LEFT JOIN links.signals USING (signal_kind, signal_value)
        WHERE {_CHOSEN} ORDER BY finding_id, signal_kind, signal_value""",
    "carriers": f"""
        SELECT finding_id, account_id, signal_kind, signal_value
        FROM reports.finding_accounts
        JOIN reports.finding_signals USING (finding_id)
        JOIN links.account_signals USING (account_id, signal_kind, signal_value)
        WHERE {_CHOSEN} ORDER BY ALL""",
    "evidence": f"SELECT * FROM reports.finding_evidence WHERE {_CHOSEN} ORDER BY finding_id, statement_number",
    "rivals": f"SELECT * FROM reports.finding_rivals WHERE {_CHOSEN} ORDER BY finding_id, rival",
    "organisations": f"""
        WITH owned AS (
            SELECT DISTINCT finding_id, organisation_id FROM reports.finding_accounts
            WHERE {_CHOSEN} AND organisation_id IS NOT NULL
        ),
        named AS (
            SELECT organisation_id, arg_max(left(name, 200), snapshot_date) AS name,
                   arg_max(jurisdiction, snapshot_date) AS jurisdiction
            FROM raw.organisations GROUP BY organisation_id
        )
        SELECT finding_id, organisation_id, coalesce(barred.name, named.name) AS name,
               coalesce(barred.jurisdiction, named.jurisdiction) AS jurisdiction,
               barred.verdict IS NOT NULL AS is_claimed, controlling_organisation_id, head.name AS controlling_name,
               controlling_jurisdiction, attributed_percent
        FROM owned LEFT JOIN named USING (organisation_id)
        LEFT JOIN reports.barred_organisations AS barred USING (organisation_id)
        LEFT JOIN named AS head ON head.organisation_id = controlling_organisation_id
        ORDER BY finding_id, organisation_id""",
    "missing": """
        SELECT source_table, statement FROM reports.evidence_availability
        WHERE row_count = 0 AND len($findings::VARCHAR[]) > 0 ORDER BY ALL""",
}


def _renamed(frames: dict[str, pl.DataFrame], pseudonyms: Pseudonyms) -> dict[str, pl.DataFrame]:
    """The frames with pseudonyms in columns and, where an id stands in a sentence, there too."""
    names = pseudonyms.mapping("account", frames["accounts"]["account_id"].unique())
    values = frames["signals"].select("signal_kind", "signal_value").unique().sort("signal_kind", "signal_value")
    shown = pseudonyms.signals(values["signal_kind"], values["signal_value"])
    names |= dict(zip(values["signal_value"], shown, strict=True))
    owners = frames["organisations"]["organisation_id"].unique()
    names |= pseudonyms.mapping("organisation", owners)
    # The longest first: an id may begin with another one.
    hidden = {
        old: names[old]
        for old in sorted(names, key=lambda old: (-len(old), old))
        if old != names[old] and len(old) >= UNIQUE_CHARACTERS
    }
    done = {}
    for name, frame in frames.items():
        if "signal_value" in frame.columns:
            frame = frame.with_columns(signal_value=pseudonyms.signals(frame["signal_kind"], frame["signal_value"]))
        if "account_id" in frame.columns:
            frame = frame.with_columns(pseudonyms.column(frame["account_id"], "account"))
        if "organisation_id" in frame.columns:
            frame = frame.with_columns(pseudonyms.column(frame["organisation_id"], "organisation"))
        if "decided_by" in frame.columns:
            frame = frame.with_columns(pseudonyms.column(frame["decided_by"], "reviewer"))
        if name == "organisations" and not pseudonyms.shows("organisation"):
            described = pl.col("name", "jurisdiction")
            frame = frame.with_columns(pl.when("is_claimed").then(described))
        sentences = [column for column in ("headline", "statement", "source_key") if column in frame.columns]
        if hidden and sentences:
            frame = frame.with_columns(pl.col(sentences).str.replace_many(hidden, leftmost=True))
        done[name] = frame
    return done


def _claimed(organisations: pl.DataFrame) -> frozenset[str]:
    """The organisations that the findings' claims are about, and those that head them."""
    claimed = organisations.filter("is_claimed")
    return frozenset({*claimed["organisation_id"], *claimed["controlling_organisation_id"].drop_nulls()})


def networks(connection: duckdb.DuckDBPyConnection, signals: pl.DataFrame) -> pl.DataFrame:
    """Autonomous systems of the addresses among signals, by the innermost block of the newest list of networks."""
    wanted = signals.filter(pl.col("signal_kind").map_elements(_is_address, return_dtype=pl.Boolean))
    addresses = wanted.select("signal_kind", "signal_value").unique().sort("signal_kind", "signal_value")
    parsed = {value: parsed_address(value) for value in addresses["signal_value"]}
    blocks = {block for address in parsed.values() if address for block in _blocks(address)}
    # Blocks of addresses are few beside the blocks of a list: they are looked up by their text, all at once.
    listed = read_frame(
        connection,
        """
        SELECT cidr, asn, as_name FROM raw.networks
        WHERE snapshot_date = (SELECT max(snapshot_date) FROM raw.networks)
          AND list_contains($blocks::VARCHAR[], cidr) AND asn IS NOT NULL
        ORDER BY cidr
        """,
        blocks=sorted(blocks),
    )
    known = {row["cidr"]: row for row in listed.iter_rows(named=True)}
    rows = []
    for kind, value in addresses.iter_rows():
        address = parsed[value]
        inner = (known.get(block) for block in _blocks(address)) if address else iter(())
        if block := next((one for one in inner if one), None):
            found = {"signal_kind": kind, "signal_value": value, "asn": block["asn"], "as_name": block["as_name"]}
            rows.append(found)
    schema = {"signal_kind": pl.String, "signal_value": pl.String, "asn": pl.Int64, "as_name": pl.String}
    return pl.DataFrame(rows, schema=schema)


def _blocks(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> list[str]:
    """Every block an address can lie in, the innermost first."""
    lengths = range(address.max_prefixlen, -1, -1)
    return [str(ipaddress.ip_network((address, length), strict=False)) for length in lengths]


def _is_address(kind: str) -> bool:
    return class_of(kind) == "address"


def parsed_address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """An address, version 4 written as version 6 as version 4; None for text that is none."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
