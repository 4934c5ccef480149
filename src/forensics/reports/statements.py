"""Statements for and against a finding: one plain sentence per fact, with its value and what would be expected."""

from typing import Any, NamedTuple

from forensics.links.group_tests import EXTRACTION_MEASURES, LOAD_MEASURE, RELAY_MEASURE, TEMPLATE_MEASURE
from forensics.reports.judgement import COVERAGE, EVEN_LOAD, ONE_CUSTOMER, PROGRAMME, SIGNIFICANT, Judgement

FAMILY_NAMES = {
    "payment": "payment instruments",
    "network": "addresses",
    "organisation": "e-mail domains or organisations",
    "device": "clients or keys",
    "content": "rare prompt templates or handed-over conversations",
}

MEASURE_NAMES = {
    "reasoning_share": "the share of prompts that ask to write reasoning out",
    "grading_share": "the share of prompts that ask to grade or compare answers",
    "refused_share": "the share of refused prompts",
    TEMPLATE_MEASURE: "the share of traffic on rare templates of unrelated payers",
    RELAY_MEASURE: "breadth of topics together with use round the clock",
}


class Statement(NamedTuple):
    """One fact: stance (supports or contradicts), sentence, measure, value and baseline."""

    stance: str
    statement: str
    measure: str
    value: float | None
    baseline: float | None


def group_statements(judgement: Judgement, group: dict[str, Any], missing: list[str]) -> list[Statement]:
    """Everything that speaks for and against a group's finding, in reading order.

    Args:
        judgement: what is held of the group.
        group: its row of links.groups.
        missing: sentences on evidence that the run did not have.
    """
    return [
        *_links(judgement, group),
        *_measures(judgement, group),
        *_against(judgement, group),
        *[Statement("contradicts", sentence, "missing_evidence", None, None) for sentence in missing],
    ]


def _links(judgement: Judgement, group: dict[str, Any]) -> list[Statement]:
    found = []
    for family, share in sorted(judgement.families.items(), key=lambda item: (-item[1], item[0])):
        carriers = round(share * group["account_count"])
        found.append(
            Statement(
                "supports" if share >= COVERAGE else "contradicts",
                f"{carriers} of {group['account_count']} accounts share {FAMILY_NAMES[family]} that are at least three"
                f" times as common in the group as in a random draw of accounts (hypergeometric, q < {SIGNIFICANT})"
                + (
                    "."
                    if share >= COVERAGE
                    else f"; fewer than the {COVERAGE:.0%} that a link of the whole group takes."
                ),
                f"{family}_coverage",
                share,
                COVERAGE,
            )
        )
    return found


def _measures(judgement: Judgement, group: dict[str, Any]) -> list[Statement]:
    found = []
    for name in (*EXTRACTION_MEASURES, TEMPLATE_MEASURE, RELAY_MEASURE):
        test = judgement.measures.get(name)
        if test is None or test["q_value"] >= SIGNIFICANT or test["value"] <= test["baseline"]:
            continue
        found.append(
            Statement(
                "supports",
                f"By {MEASURE_NAMES[name]}, a member lies above another account in {test['value']:.0%} of comparisons,"
                f" a random draw in 50% (mean {test['group_mean']:.3g} against {test['other_mean']:.3g};"
                f" {test['sample_size']} active accounts; rank sum, q = {test['q_value']:.1e}).",
                name,
                test["value"],
                test["baseline"],
            )
        )
    load = judgement.measures.get(LOAD_MEASURE)
    if load is not None:
        is_even = load["value"] <= EVEN_LOAD and load["q_value"] < SIGNIFICANT
        found.append(
            Statement(
                "supports" if is_even else "contradicts",
                f"Within an hour the accounts' counts vary {load['value']:.2f} times as much as independent counts of"
                f" one mean would (chi-squared, lower tail, {load['sample_size']} degrees of freedom,"
                f" q = {load['q_value']:.1e}): "
                + ("more evenly than chance spreads load." if is_even else "no more evenly than chance spreads load."),
                LOAD_MEASURE,
                load["value"],
                load["baseline"],
            )
        )
    return found


def _against(judgement: Judgement, group: dict[str, Any]) -> list[Statement]:
    found = []
    if judgement.customer_share >= ONE_CUSTOMER:
        found.append(
            Statement(
                "contradicts",
                f"{judgement.customer_share:.0%} of the accounts are under one name, an organisation or a mail domain"
                " of their own: one customer's seats, services or tenants explain what they share.",
                "customer_share",
                judgement.customer_share,
                ONE_CUSTOMER,
            )
        )
    if judgement.programme_share > 0:
        found.append(
            Statement(
                "contradicts",
                f"{judgement.programme_share:.0%} of the accounts are in a research or education programme, whose"
                " members probe and practise alike.",
                "programme_share",
                judgement.programme_share,
                PROGRAMME,
            )
        )
    found.append(Statement("contradicts", _innocent(judgement), "innocent_explanation", None, None))
    return found


def _innocent(judgement: Judgement) -> str:
    """The best innocent explanation for what the group shows."""
    linked = {family for family, share in judgement.families.items() if share >= COVERAGE}
    if judgement.kind == "relay":
        return (
            "An aggregator or a company gateway with many real users looks the same: broad, round the clock, behind"
            " shared infrastructure. Ask for a contract and a named egress before acting."
        )
    if "payment" in linked:
        return "An agency or a holding that pays for its clients shares instruments; its clients' work would differ."
    if linked & {"network", "device"}:
        return "Colleagues, a class or customers of one VPN share addresses and clients; their prompts would differ."
    return "Users of one published prompt, course or framework share its wording without knowing each other."
