"""`forensics explain`: why a prompt carries its capability tags."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from forensics.cli.options import home_options, json_option
from forensics.cli.terminal import inert, print_json, print_table
from forensics.errors import NotFoundError, SettingsError
from forensics.home import Home

if TYPE_CHECKING:
    from forensics.core.capabilities import EvidenceClassifier
    from forensics.core.capabilities.explanation import Explanation, Verdict

PROMPT_CHARACTERS = 100_000
"""More of a prompt than this is not read: its tags come from far less."""


@click.command()
@click.argument("prompt", required=False)
@click.option("--file", "source", type=click.File("rb"), help="Read the prompt from this file; - is standard input.")
@click.option("--exchange", metavar="ID", help="Take the prompt, system prompt and call of this exchange.")
@home_options
@json_option
def explain(prompt: str | None, source: Any, exchange: str | None, home: Home, as_json: bool) -> None:
    """Say why PROMPT carries its capability tags.

    Each tag is a sum of log-odds: cues with the phrases found, shapes and groups of letters, the strongest first. Below
    stand the strongest tag that does not apply and the most alike examples of the taxonomy. A taxonomy or weights that
    the settings of --home name are used.
    """
    from forensics.core.capabilities.explanation import explain as explained

    given = [part for part in (prompt, source, exchange) if part is not None]
    if len(given) != 1:
        raise SettingsError(
            f"{len(given) or 'None'} of PROMPT, --file and --exchange were given.",
            next_step="Give exactly one, e.g. `forensics explain 'Think step by step.'`",
        )
    classifier = _classifier(home)
    if exchange is not None:
        row = _exchange(home, exchange)
    else:
        text = prompt if prompt is not None else source.read(4 * PROMPT_CHARACTERS).decode("utf-8", "replace")
        if not text.strip():
            raise SettingsError("The prompt is empty.", next_step="Give one, e.g. `forensics explain 'Think aloud.'`")
        row = {"prompt": text, "system_prompt": None, "tool_count": None, "image_count": None}
    calls = {name: row[name] or 0 for name in ("tool_count", "image_count")}
    parts = {"prompt": explained((row["prompt"] or "")[:PROMPT_CHARACTERS], classifier, **calls)}
    if row["system_prompt"]:
        parts["system prompt"] = explained(row["system_prompt"][:PROMPT_CHARACTERS], classifier)
    if as_json:
        print_json({name.replace(" ", "_"): asdict(explanation) for name, explanation in parts.items()})
        return
    for name, explanation in parts.items():
        _print(name, explanation)


def _classifier(home: Home) -> "EvidenceClassifier":
    """The classifier of the state folder's settings, which must be one that explains itself."""
    from forensics.core.capabilities import EvidenceClassifier
    from forensics.core.capabilities.tagging import classifier_of
    from forensics.settings import load_settings

    classifier = classifier_of(load_settings(home))
    if not isinstance(classifier, EvidenceClassifier):
        raise SettingsError(
            "The setting capability_model names an embedder, whose tags have no terms to show.",
            next_step="Explain with another --home, or leave capability_model out.",
        )
    return classifier


def _exchange(home: Home, exchange: str) -> dict[str, Any]:
    from forensics.cli.findings import rows_of
    from forensics.warehouse import open_published

    with open_published(home) as connection:
        rows = rows_of(
            connection,
            "SELECT prompt, system_prompt, tool_count, image_count FROM raw.exchanges WHERE exchange_id = $exchange"
            " ORDER BY snapshot_date LIMIT 1",
            {"exchange": exchange},
        )
    if not rows:
        raise NotFoundError(
            f"No exchange {inert(exchange)} is in the warehouse.",
            next_step="Look ids up with `forensics query 'SELECT exchange_id FROM raw.exchanges LIMIT 10'`.",
        )
    return rows[0]


def _print(part: str, explanation: "Explanation") -> None:
    applying = [verdict.capability for verdict in explanation.verdicts if verdict.applies]
    click.echo(f"The {part} is tagged {', '.join(map(inert, applying))}; first of all {inert(explanation.first)}.")
    for verdict in explanation.verdicts:
        click.echo()
        print_table(("evidence", "what", "phrases found", "log-odds"), _rows(verdict), title=_title(verdict))
    if explanation.nearest:
        click.echo()
        nearest = [(one.capability, f"{one.likeness:.2f}", one.example) for one in explanation.nearest]
        print_table(("capability", "likeness", "example of the taxonomy"), nearest, title="Most alike")
    click.echo()


def _title(verdict: "Verdict") -> str:
    outcome = "applies" if verdict.applies else "does not apply, the strongest of those"
    return f"{verdict.capability}: {outcome} ({verdict.score:+.2f})"


def _rows(verdict: "Verdict") -> list[tuple[str, str, str, str]]:
    """The terms of a verdict's sum, which add up to its score."""
    terms = [
        (term.kind, term.name, ", ".join(f"“{phrase}”" for phrase in term.phrases), f"{term.contribution:+.2f}")
        for term in verdict.terms
    ]
    ends = [("start", "of every prompt", "", f"{verdict.bias:+.2f}"), ("rest", "all else", "", f"{verdict.rest:+.2f}")]
    return [*terms, *ends]
