"""Who belongs to a finding: what an account carries and lacks of what holds the group together."""

from collections import Counter
from datetime import datetime

import polars as pl

from forensics.reports.group_facts import RECURRING_ITEMS, GroupFacts, Shown
from forensics.reports.judgement import judge
from forensics.reports.members import BELONGS, CORE, REASONS, members_and_bystanders
from forensics.reports.rivals import ONE_CUSTOMER
from tests.worlds.line import Line, put

TEST = {"group_mean": 0.7, "other_mean": 0.1, "sample_size": 20, "null_model": "chance alone"}
STANDING = ("payment", "registration", "network", "device")
EVIDENCE = (*STANDING, "template", "handover", "reasoning")
CARRIED = {
    "all": EVIDENCE,
    "most": ("payment", "registration", "device", "template", "handover"),
    "user_of_the_pool": ("network", "device"),
    "user_of_the_text": ("template", "reasoning"),
    "nothing": (),
}
FIRM = {"firm_with_a_text": ("registration", "device", "template", "reasoning")}
DOMAIN = "shared.example"
TEXTS = tuple(f"tail-{number}" for number in range(6))


def _send_texts(line: Line, senders: dict[str, tuple[str, ...]], exchange_counts: dict[str, int]) -> None:
    """Let accounts send texts of the group's stock, each with a tenth of its traffic, beside what they share."""
    times = {"first_at": datetime(2026, 3, 2), "last_at": datetime(2026, 3, 8)}
    sent = [
        {"signal_kind": "prompt_template", "signal_value": text, "account_id": name, "use_count": 2} | times
        for name, texts in senders.items()
        for text in texts
    ]
    others = line.frame("FROM links.account_signals").to_dicts()
    put(line.connection, "links.account_signals", others + sent)
    shared = {"group_id": "g", "signal_kind": "prompt_template", "family": "content", "accounts_sharing_outside": 0}
    tested = {"expected": 0.1, "lift": 200.0, "p_value": 1e-9, "q_value": 1e-6, "is_hub": False}
    rows = [
        shared | tested | {"signal_value": text, "accounts_sharing": sum(text in one for one in senders.values())}
        for text in TEXTS
    ]
    put(line.connection, "links.group_signals", rows)
    group = {"group_id": "g", "formed_by": "behaviour", "account_count": len(senders)}
    counts = {"payer_count": 9, "organisation_count": 3, "stability": 1.0, "stability_draws": 1}
    put(line.connection, "links.groups", [group | counts])
    traffic = pl.DataFrame({"account_id": list(exchange_counts), "exchange_count": list(exchange_counts.values())})
    line.connection.register("traffic", traffic.to_arrow())
    line.connection.execute("CREATE OR REPLACE TABLE features.accounts AS FROM traffic")


def _roles(
    line: Line,
    *,
    idle: int = 0,
    outside: int = 0,
    texts_of_firm: tuple[str, ...] = TEXTS,
    exchanges_of_firm: int = 0,
    domain_of_staff: str = "",
    recurrence_of_staff: float | None = None,
    staff_count: int = 8,
    staff_carry: tuple[str, ...] = (*STANDING, "template", "reasoning"),
    tie: str = "content, network",
    research_share: float = 0.0,
) -> dict[str, tuple[float, str, str | None]]:
    """Membership, role and, of a bystander, why it is one, by account.

    So many members were not put to work, and so many accounts outside have the domain that the members share. A firm
    with so many exchanges sends these of the texts that every member sends; without exchanges there are no texts. Staff
    of a domain, if one is given, are a customer's group, have all in common but the conversations, and an edge of some
    families joins them to a member; where so much of what they send comes again, the others work off a list.
    """
    crowd = {f"member-{number:02}": EVIDENCE for number in range(20)}
    accounts = crowd | {f"idle-{number:02}": STANDING for number in range(idle)} | CARRIED
    accounts |= FIRM if exchanges_of_firm else {}
    staff = [f"staff-{number}" for number in range(staff_count)] if domain_of_staff else []
    accounts |= dict.fromkeys(staff, staff_carry)
    edge = {"account_a": "member-00", "account_b": "staff-0", "families": tie, "strongest_kind": "prompt"}
    line.connection.register("edge", pl.DataFrame([edge]).to_arrow())
    line.connection.execute("CREATE OR REPLACE TABLE links.edges AS FROM edge")
    members = {"g": list(accounts), "h": staff}
    placed = [{"group_id": group, "account_id": name} for group, names in members.items() for name in names]
    put(line.connection, "links.group_accounts", placed)
    rows = [
        {"group_id": "g", "evidence": evidence, "account_id": name}
        for name, carried in accounts.items()
        for evidence in carried
    ]
    put(line.connection, "links.group_evidence_accounts", rows)
    times = {"first_at": datetime(2026, 3, 2), "last_at": datetime(2026, 3, 8)}
    names = {name: domain_of_staff if name in staff else DOMAIN for name in accounts}
    domain = times | {"signal_kind": "email_domain"}
    traits = {"family": "organisation", "payer_count": 9, "bits": 5.0, "is_hub": False}
    registered = [row["account_id"] for row in rows if row["evidence"] == "registration"]
    have = [domain | {"account_id": name, "signal_value": names[name], "use_count": 1} for name in registered]
    put(line.connection, "links.account_signals", have)
    carriers = Counter(names[name] for name in registered) + Counter({DOMAIN: outside})
    shared = [domain | traits | {"signal_value": name, "account_count": count} for name, count in carriers.items()]
    put(line.connection, "links.signals", shared)
    if exchanges_of_firm:
        senders = dict.fromkeys(crowd, TEXTS) | dict.fromkeys(FIRM, texts_of_firm)
        _send_texts(line, senders, dict.fromkeys(crowd, 20) | dict.fromkeys(FIRM, exchanges_of_firm))
    counts = {name: sum(name in carried for carried in accounts.values()) for name in EVIDENCE}
    shown = {name: Shown(5.0, 0.5, 1e-4, count, count / len(accounts)) for name, count in counts.items()}
    shown |= {} if recurrence_of_staff is None else {"work_queue": Shown(0.01, 0.5, 1e-4, None, None)}
    tests = {"reasoning_share": TEST, "conversation_handover": TEST}
    facts = GroupFacts("g", "behaviour", len(accounts), 9, 3, shown=shown, tests=tests)
    size = {"account_count": len(staff), "payer_count": 1, "organisation_count": 1}
    customer = GroupFacts(
        "h",
        "infrastructure",
        **size,
        customer_share=1.0,
        item_recurrence=recurrence_of_staff,
        research_share=research_share,
    )
    found = judge(facts)
    assert found is not None
    frame = members_and_bystanders(line.connection, [facts, customer], [found])
    return {row["account_id"]: (row["membership"], row["role"], row["reason"]) for row in frame.to_dicts()}


def test_who_carries_most_belongs_and_who_shares_one_thing_stands_beside(blank_line: Line) -> None:
    roles = _roles(blank_line)
    assert roles["all"][0] > CORE and roles["all"][1:] == ("core", None)
    assert not roles["most"][2]
    for name in ("user_of_the_pool", "user_of_the_text", "nothing"):
        membership, role, reason = roles[name]
        assert membership < BELONGS and role == "associated" and reason in (REASONS["idle"], REASONS["unlike"]), name


def test_who_was_paid_for_and_not_put_to_work_is_associated_and_a_user_of_the_pool_is_not(blank_line: Line) -> None:
    roles = _roles(blank_line, idle=12)
    membership, role, reason = roles["idle-00"]
    assert membership > CORE and role == "associated" and reason is None
    assert roles["user_of_the_pool"][2] and roles["nothing"][2]
    assert roles["member-00"][1:] == ("core", None)


def test_who_stands_with_others_none_of_whom_does_what_was_arranged_stands_beside(blank_line: Line) -> None:
    for domain, staff_count, reason in (
        (DOMAIN, 8, None),
        ("firm.example", 8, REASONS["apart"]),
        ("two.example", 2, None),
    ):
        roles = _roles(blank_line, domain_of_staff=domain, staff_count=staff_count)
        assert roles["staff-0"][0] > CORE and roles["staff-0"][2] == reason
        assert roles["member-00"][2] is None


def test_a_customer_whose_own_items_come_again_works_off_no_list(blank_line: Line) -> None:
    for recurrence in (RECURRING_ITEMS / 2, RECURRING_ITEMS):
        roles = _roles(blank_line, domain_of_staff=DOMAIN, recurrence_of_staff=recurrence)
        reason = REASONS["with_a_stock"] if recurrence >= RECURRING_ITEMS else None
        assert roles["staff-0"][0] > CORE and roles["staff-0"][2] == reason
        assert not roles["member-00"][2]


def test_where_most_members_are_the_customer_the_list_is_theirs(blank_line: Line) -> None:
    roles = _roles(blank_line, domain_of_staff=DOMAIN, recurrence_of_staff=RECURRING_ITEMS, staff_count=60)
    assert not roles["staff-0"][2] and not roles["member-00"][2]


def test_a_named_customer_with_only_texts_in_common_is_judged_by_itself_even_if_it_hands_conversations_over(
    blank_line: Line,
) -> None:
    customer = {"domain_of_staff": "firm.example", "staff_carry": EVIDENCE}
    assert _roles(blank_line, **customer, tie="content, device")["staff-0"][2] == REASONS["another_customers"]
    assert not _roles(blank_line, **customer, tie="content, device")["member-00"][2]
    assert not _roles(blank_line, **customer)["staff-0"][2]
    assert not _roles(blank_line, **customer, tie="content, device", staff_count=60)["staff-0"][2]
    listed = customer | {"tie": "content, device", "recurrence_of_staff": RECURRING_ITEMS / 2}
    assert not _roles(blank_line, **listed)["staff-0"][2]
    assert _roles(blank_line, **listed, research_share=ONE_CUSTOMER)["staff-0"][2] == REASONS["in_programme"]


def test_who_shares_a_domain_that_is_mostly_others_and_does_nothing_stands_beside(blank_line: Line) -> None:
    assert not _roles(blank_line, idle=12, outside=15)["idle-00"][2]
    roles = _roles(blank_line, idle=12, outside=60)
    assert roles["idle-00"][2] and roles["member-00"][1:] == ("core", None)


def test_who_sends_one_text_of_a_stock_stands_beside_and_who_sends_little_at_all_does_not(blank_line: Line) -> None:
    (firm,) = FIRM
    assert not _roles(blank_line, texts_of_firm=TEXTS, exchanges_of_firm=200)[firm][2]
    assert not _roles(blank_line, texts_of_firm=TEXTS[:1], exchanges_of_firm=3)[firm][2]
    roles = _roles(blank_line, texts_of_firm=TEXTS[:1], exchanges_of_firm=200)
    assert roles[firm][2] and roles["member-00"][1:] == ("core", None)


def test_more_evidence_never_makes_belonging_less_likely(blank_line: Line) -> None:
    roles = _roles(blank_line)
    for less, more in (("nothing", "user_of_the_pool"), ("nothing", "user_of_the_text"), ("most", "all")):
        assert roles[less][0] <= roles[more][0]
    assert max(roles["user_of_the_pool"][0], roles["user_of_the_text"][0]) < roles["most"][0]
