"""The findings as Markdown, for people who open nothing but Dagster: a list of all, and the first ones with reasons."""

from collections.abc import Sequence
from typing import Any

import duckdb

from pipelines.previews import inert, markdown_table

LISTED_COLUMNS = ("finding_id", "kind", "confidence", "account_count", "exchange_count", "status", "headline")

LISTED_FINDINGS = 25
TOLD_FINDINGS = 5
"""As many as a person reads on one page; the case files tell all."""

TOLD_STATEMENTS = 5
SENTENCE_CHARACTERS = 600

REMINDER = (
    "Decision support: a person decides. A finding of confidence high or moderate accuses, low is a lead; none proves"
    " guilt or intent."
)

Finding = tuple[Any, ...]
"""A row of `LISTED_COLUMNS`."""


def listed_findings(connection: duckdb.DuckDBPyConnection) -> list[Finding]:
    """All findings in the order in which to look."""
    query = f"SELECT {', '.join(LISTED_COLUMNS)} FROM reports.findings ORDER BY score DESC, finding_id"
    return connection.execute(query).fetchall()


def findings_table(findings: Sequence[Finding]) -> str:
    """The first findings as a table, and how many more there are."""
    if not findings:
        return "No findings. What the run could not see stands in reports.evidence_availability."
    more = len(findings) - LISTED_FINDINGS
    rest = f"\n\nand {more:,} more: the case files and forensics findings list all" if more > 0 else ""
    return markdown_table(LISTED_COLUMNS, findings, LISTED_FINDINGS) + rest


def told_findings(connection: duckdb.DuckDBPyConnection, findings: Sequence[Finding]) -> str:
    """The first findings with what speaks for and against each, and the innocent explanations that fit."""
    parts = [REMINDER]
    for finding_id, kind, confidence, accounts, exchanges, status, headline in findings[:TOLD_FINDINGS]:
        about = f"{kind.replace('_', ' ')}, {accounts:,} accounts, {exchanges:,} exchanges, {status}"
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
        parts.append(f"Case file: {_sentence(finding_id)}&#46;html in the folder of case&#95;files.")
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
