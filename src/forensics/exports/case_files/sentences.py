"""The judgement in words: five key judgements, likelihood apart from confidence, and what would change either.

Likelihood says how probable the claim is held to be, confidence how good the evidence is that it rests on. Both follow
from the rules in reports/judgement.py; nothing is graded here.
"""

from forensics.exports.case_files.actions import actions
from forensics.exports.case_files.facts import CaseFacts, Row
from forensics.exports.case_files.rendering import readable
from forensics.links.evidence import EVIDENCE_KINDS
from forensics.reports.judgement import LEVELS, LIKELIHOODS
from forensics.reports.phrases import listed, phrase, times

CLAIMS = {
    "coordinated_extraction": "that one operator runs these accounts and collects the model's outputs",
    "relay": "that one operator relays other people's traffic through these accounts",
    "barred_ownership": "that the organisation behind these accounts is one that the ownership rule bars",
}
TURNS = 3
"""Things that would change the judgement, of each direction: the weightiest."""

LONG_ENOUGH = 7
"""Loaded days from which weekly rhythms are seen once."""


LINE_CHARACTERS = 240
"""Of a key judgement: two lines at most on a screen of 1280 pixels."""

LEFT_NAMED = 3
"""Kinds of evidence that a sentence names; the table of evidence has all."""

GRADES = {"high": "the highest of three grades", "moderate": "the middle one of three grades", "low": "a lead only"}


def key_judgements(case: CaseFacts) -> list[tuple[str, str]]:
    """Five sentences, each with the question it answers and short enough to be read at a glance."""
    finding = case.finding
    first = actions(finding["kind"], finding["confidence"], finding["status"])[0]
    said = [
        ("What", _claimed(case)),
        ("Why", _reasons(case)),
        ("How sure", _graded(case)),
        ("What speaks against it", _doubts(case)),
        ("What to do first", f"{first.step} Reversible? {first.reversible}"),
    ]
    return [(question, brief(sentence)) for question, sentence in said]


def brief(text: str, characters: int = LINE_CHARACTERS) -> str:
    """A text cut after a word, with a sign that it was."""
    text = readable(text, 4 * characters)
    if len(text) <= characters:
        return text
    kept = text[: characters - 1].rsplit(" ", 1)[0] if " " in text[:characters] else text[: characters - 1]
    return f"{kept.rstrip(' ,;:')}…"


def _claimed(case: CaseFacts) -> str:
    finding, run = case.finding, case.run
    claim = str(finding["headline"]).partition(";")[0].strip().removesuffix(".")
    if finding["kind"] == "barred_ownership" or finding["status"] == "dormant":
        return f"{claim}."
    share = f" ({finding['exchange_count'] / run.exchange_count:.1%} of all)" if run.exchange_count else ""
    payer_count = case.sizes["payer_count"]
    payers = "one payer" if payer_count == 1 else _counted(payer_count, "unrelated payer")
    return f"{claim}: {_counted(finding['exchange_count'], 'exchange')}{share} under {payers}."


def _held(case: CaseFacts) -> list[str]:
    """Kinds of evidence that the finding rests on: first what somebody has to do on purpose."""
    codes = {code for row in case["rivals"][:1] for column in ("explains", "leaves") for code in _codes(row[column])}
    return sorted(codes, key=_weight)


def _codes(listed_codes: str | None) -> list[str]:
    return [code.strip() for code in (listed_codes or "").split(",") if code.strip()]


def _weight(code: str) -> tuple[bool, bool, int, str]:
    kind = EVIDENCE_KINDS.get(code)
    if kind is None:
        return True, True, len(EVIDENCE_KINDS), code
    return not (kind.is_hard and kind.is_behaviour), not kind.is_hard, list(EVIDENCE_KINDS).index(code), code


def _reasons(case: CaseFacts) -> str:
    held = _held(case)
    if not held:
        return _first(case, "supports")
    links = [code for code in held if getattr(EVIDENCE_KINDS.get(code), "claim", "control") == "control"]
    asked = [code for code in held if code not in links]
    linked = f"Tied together by {_named(links)}" if links else ""
    marked = f"{'what they send: ' if linked else 'What they send: '}{_named(asked, 1)}" if asked else ""
    return "; ".join(filter(None, (linked, marked))) + "."


def _named(codes: list[str], most: int = LEFT_NAMED) -> str:
    """The first kinds of evidence by name, and how many more."""
    named = [phrase("evidence", code) for code in codes[:most]]
    return listed([*named, f"{len(codes) - most} more"] if len(codes) > most else named)


def left_by(rival: Row) -> str:
    """What an innocent explanation leaves unexplained, out of how many kinds of evidence."""
    left, explained = sorted(_codes(rival["leaves"]), key=_weight), _codes(rival["explains"])
    if not left:
        return "Nothing: it would explain all."
    return f"{len(left)} of {len(left) + len(explained)} kinds of evidence: {_named(left)}."


def best_rival(case: CaseFacts) -> Row | None:
    """The plausible explanation that leaves least of the finding; of equals the one that explains most."""
    plausible = [row for row in case["rivals"] if row["is_plausible"]]
    return min(
        plausible,
        key=lambda row: (LEVELS.index(row["confidence_left"]), -len(_codes(row["explains"])), row["rival"]),
        default=None,
    )


def _doubts(case: CaseFacts) -> str:
    rival = best_rival(case)
    if rival is None:
        return case.told("innocent_explanation") or _first(case, "contradicts")
    left, explained = len(_codes(rival["leaves"])), len(_codes(rival["explains"]))
    plausible = sum(row["is_plausible"] for row in case["rivals"])
    leaves = f"leaves {left} of {left + explained} kinds of evidence unexplained" if left else "would explain it all"
    against = len(case.said("contradicts"))
    return (
        f"{plausible} of {len(case['rivals'])} innocent explanations stay plausible; the best,"
        f" {phrase('rival', rival['rival'])}, {leaves}. {_counted(against, 'statement')} in all against it."
    )


def innocent_in_short(case: CaseFacts) -> str | None:
    """The best innocent explanation in half a sentence; None for a finding that none was weighed for."""
    rival = best_rival(case)
    if rival is None:
        return None
    left, explained = len(_codes(rival["leaves"])), len(_codes(rival["explains"]))
    leaves = f"leaves {left} of {left + explained} kinds of evidence unexplained" if left else "explains it all"
    return f"{phrase('rival', rival['rival'])}, which {leaves}"


def _first(case: CaseFacts, stance: str) -> str:
    said = case.said(stance)
    return str(said[0]["statement"]) if said else "Nothing on record."


def _graded(case: CaseFacts) -> str:
    finding = case.finding
    graded = [
        f"{phrase('claim', claim)} {finding[f'{claim}_confidence']}"
        for claim in ("control", "extraction", "organisation")
        if finding[f"{claim}_confidence"]
    ]
    by_claim = f" By claim: {', '.join(graded)}." if len(graded) > 1 else ""
    return f"Confidence {finding['confidence']}, {GRADES[finding['confidence']]}.{by_claim}"


def likelihood(case: CaseFacts) -> str:
    """How probable the claim is held to be, in one sentence."""
    finding = case.finding
    word = LIKELIHOODS[finding["confidence"]]
    if finding["status"] == "dormant":
        return f"The group was not found by this run: it is left open {CLAIMS[finding['kind']]}."
    return f"It is {'possible' if word == 'perhaps' else word} {CLAIMS[finding['kind']]}."


def worth(case: CaseFacts) -> str:
    """What the word for the likelihood rests on, and what it does not."""
    finding = case.finding
    if finding["status"] == "dormant":
        return "A group that was not found again is a lead, whatever it was held at."
    word = "possible" if LIKELIHOODS[finding["confidence"]] == "perhaps" else LIKELIHOODS[finding["confidence"]]
    said = (
        f"It is no measurement of its own: the rules call every finding of {finding['confidence']} confidence"
        f" “{word}”, and no share of known cases stands behind the word."
    )
    rival = best_rival(case)
    if rival is None:
        return said
    whom = {"finding": "the finding", "rival": "the explanation"}.get(rival["favours"])
    favoured = f"favours {whom} {phrase('band', rival['band'])} at most" if whom else "favours neither"
    return (
        f"{said} What can be computed is a bound: beside the plausible explanation that fits best"
        f" ({phrase('rival', rival['rival'])}), the evidence {favoured}; {_calibration(rival)}."
    )


def _calibration(rival: Row) -> str:
    """Whether the band of a row of reports.finding_rivals was counted on known cases, and what it was worth there."""
    if rival["calibration"] != "calibrated":
        return "the bound is uncalibrated, too"
    return f"the bound is {calibrated(rival)}, which says nothing about other worlds"


def calibrated(rival: Row) -> str:
    """What a band was worth where it was counted, as a phrase."""
    low, high = times(rival["observed_log_ratio_low"]), times(rival["observed_log_ratio_high"])
    return (
        f"calibrated on {rival['calibration_group_count']:,} groups of simulated worlds: there right findings had it"
        f" {low} to {high} times as often as false findings and leads (95 % interval)"
    )


def robustness_meaning(case: CaseFacts) -> str:
    """What it means that families of evidence are left out, in one sentence."""
    levels = {row["family"]: row["confidence_without"] for row in case["robustness"]}
    needed = [
        phrase("family", family)
        for family, level in levels.items()
        if LEVELS.index(level or "undetermined") < LEVELS.index(case.finding["confidence"])
    ]
    if not needed:
        return "The finding falls with no single family of evidence: it would be as certain without any one of them."
    return (
        f"The finding hangs on {listed(needed)}: without {'that' if len(needed) == 1 else 'one of these'} it would be"
        " less certain, so check that first."
    )


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
        f"To rule out: {row['title']} {row['check']}"
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
