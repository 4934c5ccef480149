"""Judging without some evidence: with all of it the same as what was reported, without it never more certain."""

from forensics.evaluate.ablation import PREFIX, WITH_ALL, ablations, families
from forensics.evaluate.reported import RANKS, Reported
from tests.worlds.line import Line


def _claims(reported: Reported) -> set[tuple[str, str, frozenset[str]]]:
    joined = reported.findings.join(reported.members, on="finding_id")
    return {
        (kind, confidence, frozenset(part["account_id"]))
        for (_, kind, confidence), part in joined.partition_by("finding_id", "kind", "confidence", as_dict=True).items()
    }


def test_all_evidence_gives_the_findings_and_less_of_it_never_surer_ones(tiny_line: Line) -> None:
    found = dict(ablations(tiny_line.connection, tiny_line.window))
    assert set(found) == {WITH_ALL} | {PREFIX + name for name in families()}
    rows = tiny_line.connection.execute(
        "SELECT kind, confidence, LIST(account_id) FROM reports.findings JOIN reports.finding_accounts"
        " USING (finding_id) WHERE kind <> 'barred_ownership' GROUP BY finding_id, kind, confidence"
    ).fetchall()
    reported = {(kind, confidence, frozenset(accounts)) for kind, confidence, accounts in rows}
    assert reported and _claims(found[WITH_ALL]) == reported
    best = max(RANKS[confidence] for _, confidence, _ in reported)
    for one in found.values():
        assert max((RANKS[confidence] for _, confidence, _ in _claims(one)), default=0) <= best
    content = _claims(found[PREFIX + "all shared content"])
    assert not any(confidence == "high" for _, confidence, _ in content)
