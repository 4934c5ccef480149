"""The findings as Markdown, for people who open nothing but Dagster: a list of all, and the first ones with reasons."""

from collections.abc import Callable, Sequence
from typing import Any

import duckdb

from forensics.exports.documents import counted
from forensics.reports.phrases import phrase
from pipelines.previews import inert, markdown_table

LISTED_COLUMNS = ("finding_id", "kind", "confidence", "account_count", "exchange_count", "status", "headline")

HEADS = ("finding", "kind", "confidence", "accounts", "exchanges", "status", "claim")
"""What a reader calls them."""

LISTED_FINDINGS = 25
TOLD_FINDINGS = 5
"""As many as a person reads on one page; the case files tell all."""

TOLD_STATEMENTS = 5
SENTENCE_CHARACTERS = 600

REMINDER = (
    "**Decision support: a person must review each finding before anybody acts on it.** High and moderate are"
    " accusations and may be wrong; low is a lead and accuses nobody. None proves guilt or intent, and similar prompts"
    " do not prove training."
)

Finding = tuple[Any, ...]
"""A row of `LISTED_COLUMNS`."""

Link = Callable[[str], str]
"""The address of a finding's case file, by the finding's id; made by us, of nothing that a stranger wrote."""


def listed_findings(connection: duckdb.DuckDBPyConnection) -> list[Finding]:
    """All findings in the order in which to look."""
    query = f"SELECT {', '.join(LISTED_COLUMNS)} FROM reports.findings ORDER BY score DESC, finding_id"
    return connection.execute(query).fetchall()


def findings_table(findings: Sequence[Finding], link: Link | None = None) -> str:
    """The first findings as a table, each with a link to its case file if there is one, and how many more there are."""
    if not findings:
        return "No findings. What the run could not see stands in reports.evidence_availability."
    more = len(findings) - LISTED_FINDINGS
    rest = f"\n\nand {more:,} more: the case files and forensics findings list all" if more > 0 else ""
    table = markdown_table(HEADS, [_in_words(one) for one in findings[:LISTED_FINDINGS]], LISTED_FINDINGS)
    if link:
        head, line, *rows = table.split("\n")
        linked = [f"| {case_file_link(one[0], link)} {row}" for one, row in zip(findings, rows, strict=False)]
        table = "\n".join([f"| case file {head}", f"| --- {line}", *linked])
    return table + rest


def _in_words(finding: Finding) -> Finding:
    """A row without codes."""
    finding_id, kind, confidence, accounts, exchanges, status, headline = finding
    kind, status = phrase("kind", kind), phrase("status", status)
    return finding_id, kind, confidence, f"{accounts:,}", f"{exchanges:,}", status, headline


def case_file_link(finding_id: str, link: Link, text: str = "open") -> str:
    """A link to a finding's page."""
    return f"[{text}]({link(finding_id)})"


def told_findings(connection: duckdb.DuckDBPyConnection, findings: Sequence[Finding], link: Link) -> str:
    """The first findings with what speaks for and against each, and the innocent explanations that fit."""
    parts = [REMINDER]
    for finding_id, kind, confidence, accounts, exchanges, status, headline in findings[:TOLD_FINDINGS]:
        about = f"{phrase('kind', kind)}, {counted(accounts, 'account')}, {counted(exchanges, 'exchange')}"
        about += f", {phrase('status', status)}"
        parts.append(f"### {_sentence(confidence)}: {_sentence(about)}\n\n**{_sentence(headline)}**")
        evidence = connection.execute(
            "SELECT stance, statement FROM reports.finding_evidence WHERE finding_id = ? ORDER BY statement_number",
            [finding_id],
        ).fetchall()
        for stance, title in (("supports", "For"), ("contradicts", "Against")):
            parts.append(_list(title, [statement for said, statement in evidence if said == stance]))
        rivals = connection.execute(
            'SELECT title, "check" FROM reports.finding_rivals WHERE finding_id = ? AND is_plausible ORDER BY ALL',
            [finding_id],
        ).fetchall()
        parts.append(_list("Innocent explanations that fit", [f"{title} To tell: {check}" for title, check in rivals]))
        parts.append(case_file_link(finding_id, link, "Open its case file"))
    more = len(findings) - TOLD_FINDINGS
    return "\n\n".join([*parts, f"and {more:,} more in the case files"] if more > 0 else parts)


def _list(title: str, sentences: Sequence[str]) -> str:
    shown = [f"- {_sentence(one)}" for one in sentences[:TOLD_STATEMENTS]]
    more = len(sentences) - TOLD_STATEMENTS
    if more > 0:
        shown.append(f"- and {more:,} more")
    return f"{title}:\n\n" + "\n".join(shown or ["- nothing"])


def _sentence(text: str) -> str:
    return inert(text, SENTENCE_CHARACTERS)
