"""The judgement in words: five key judgements, likelihood apart from confidence, and what would change either.

Likelihood says how probable the claim is held to be, confidence how good the evidence is that it rests on. Both follow
from the rules in reports/judgement.py; nothing is graded here.
"""

from forensics.exports.case_files.actions import actions
from forensics.exports.case_files.facts import CaseFacts
from forensics.reports.judgement import LIKELIHOODS

CLAIMS = {
    "coordinated_extraction": "that one operator runs these accounts and collects the model's outputs",
    "relay": "that one operator relays other people's traffic through these accounts",
    "barred_ownership": "that the organisation behind these accounts is one that the ownership rule bars",
}
TURNS = 3
"""Things that would change the judgement, of each direction: the weightiest."""

LONG_ENOUGH = 7
"""Loaded days from which weekly rhythms are seen once."""


def key_judgements(case: CaseFacts) -> list[tuple[str, str]]:
    """Five lines, each with the question it answers."""
    finding = case.finding
    claim, _, reasons = str(finding["headline"]).partition(";")
    first = actions(finding["kind"], finding["confidence"], finding["status"])[0]
    reasons = reasons.strip() or _first(case, "supports")
    return [
        ("What", claim.strip().removesuffix(".") + "."),
        ("How sure", _graded(case)),
        ("What speaks for it", reasons[:1].upper() + reasons[1:]),
        ("What else it could be", case.told("innocent_explanation") or _first(case, "contradicts")),
        ("What to do first", f"{first.step} Reversible? {first.reversible}"),
    ]


def _first(case: CaseFacts, stance: str) -> str:
    said = case.said(stance)
    return str(said[0]["statement"]) if said else "Nothing on record."


def _graded(case: CaseFacts) -> str:
    graded = [
        f"{claim} {case.finding[f'{claim}_confidence']}"
        for claim in ("control", "extraction", "organisation")
        if case.finding[f"{claim}_confidence"]
    ]
    by_claim = f"; by claim: {', '.join(graded)}" if len(graded) > 1 else ""
    return f"Confidence {case.finding['confidence']}{by_claim}."


def likelihood(case: CaseFacts) -> str:
    """How probable the claim is held to be, in one sentence."""
    finding = case.finding
    word = LIKELIHOODS[finding["confidence"]]
    if finding["status"] == "dormant":
        return f"The group was not found by this run: it is left open {CLAIMS[finding['kind']]}."
    return f"It is {'possible' if word == 'perhaps' else word} {CLAIMS[finding['kind']]}."


def confidence(case: CaseFacts) -> str:
    """How good the evidence is, in one sentence of its own."""
    finding, run = case.finding, case.run
    parts = [f"Confidence in that is {finding['confidence']}"]
    plausible = [row for row in case["rivals"] if row["is_plausible"]]
    if case["rivals"]:
        parts.append(
            f"{len(plausible)} of {len(case['rivals'])} innocent explanations stay plausible, and what the strictest of"
            " them leaves unexplained is what counts"
        )
    else:
        parts.append(f"it rests on {_counted(len(case.said('supports')), 'statement')} and on what registers say")
    missing = [row["source_table"] for row in run.availability if not row["row_count"]]
    parts.append(f"not available: {', '.join(missing)}" if missing else "no kind of evidence was missing altogether")
    parts.append(f"{len(run.days)} of {run.window_days} days were loaded")
    return "; ".join(parts) + "."


def would_raise(case: CaseFacts) -> list[str]:
    """What would make the judgement firmer."""
    if case.finding["kind"] == "barred_ownership":
        return ["The customer confirms its owners.", "A second register shows the same path."]
    binding = [
        f"{row['check']} If it is not so: {row['title']}"
        for row in case["rivals"]
        if row["is_plausible"] and row["confidence_left"] == case.finding["confidence"] != "high"
    ]
    missing = [
        f"Days with the table {row['source_table']}, which this run had not."
        for row in case.run.availability
        if not row["row_count"]
    ]
    few = len(case.run.days) < LONG_ENOUGH
    longer = ["A longer window: less than a week of days was loaded."] if few else []
    return [*binding[:TURNS], *missing[:TURNS], *longer] or [
        "Nothing within these rules: the highest confidence is reached. An answer of the payers would still count more."
    ]


def would_lower(case: CaseFacts) -> list[str]:
    """What would make the judgement weaker, or overturn it."""
    if case.finding["kind"] == "barred_ownership":
        return [
            "A stake that the path hangs on was sold, or is held for somebody else.",
            "The register's entry is another organisation of a like name.",
        ]
    absent = sorted(
        (row for row in case["rivals"] if not row["is_plausible"] and row["explains"]),
        key=lambda row: (-row["explains"].count(","), row["rival"]),
    )
    fallen = case.told("leave_one_out")
    return [
        *([fallen] if fallen and fallen.endswith("less certain.") else []),
        *(f"{row['title']} It would need: {row['needs']}" for row in absent[:TURNS]),
    ] or ["One of the explanations above, once somebody confirms it."]


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
