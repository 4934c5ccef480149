"""Who belongs to a finding: what an account carries and lacks of what holds the group together."""

from datetime import datetime

from forensics.reports.group_facts import GroupFacts, Shown
from forensics.reports.judgement import judge
from forensics.reports.members import BELONGS, CORE, members_and_bystanders
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


def _roles(line: Line, *, idle: int = 0, outside: int = 0) -> dict[str, tuple[float, str, bool]]:
    """Membership, role and whether it is a bystander, by account.

    So many members were not put to work, and so many accounts outside have the domain that the members share.
    """
    crowd = {f"member-{number:02}": EVIDENCE for number in range(20)}
    accounts = crowd | {f"idle-{number:02}": STANDING for number in range(idle)} | CARRIED
    put(line.connection, "links.group_accounts", [{"group_id": "g", "account_id": name} for name in accounts])
    rows = [
        {"group_id": "g", "evidence": evidence, "account_id": name}
        for name, carried in accounts.items()
        for evidence in carried
    ]
    put(line.connection, "links.group_evidence_accounts", rows)
    times = {"first_at": datetime(2026, 3, 2), "last_at": datetime(2026, 3, 8)}
    domain = times | {"signal_kind": "email_domain", "signal_value": "shared.example"}
    traits = {"family": "organisation", "payer_count": 9, "bits": 5.0, "is_hub": False}
    registered = [row["account_id"] for row in rows if row["evidence"] == "registration"]
    put(
        line.connection, "links.account_signals", [domain | {"account_id": name, "use_count": 1} for name in registered]
    )
    carriers = len(registered) + outside
    put(line.connection, "links.signals", [domain | traits | {"account_count": carriers}])
    counts = {name: sum(name in carried for carried in accounts.values()) for name in EVIDENCE}
    shown = {name: Shown(5.0, 0.5, 1e-4, count, count / len(accounts)) for name, count in counts.items()}
    tests = {"reasoning_share": TEST, "conversation_handover": TEST}
    facts = GroupFacts("g", "behaviour", len(accounts), 9, 3, shown=shown, tests=tests)
    found = judge(facts)
    assert found is not None
    frame = members_and_bystanders(line.connection, [found])
    return {row["account_id"]: (row["membership"], row["role"], row["is_bystander"]) for row in frame.to_dicts()}


def test_who_carries_most_belongs_and_who_shares_one_thing_stands_beside(blank_line: Line) -> None:
    roles = _roles(blank_line)
    assert roles["all"][0] > CORE and roles["all"][1:] == ("core", False)
    assert not roles["most"][2]
    for name in ("user_of_the_pool", "user_of_the_text", "nothing"):
        membership, role, is_bystander = roles[name]
        assert membership < BELONGS and role == "associated" and is_bystander, name


def test_who_was_paid_for_and_not_put_to_work_is_associated_and_a_user_of_the_pool_is_not(blank_line: Line) -> None:
    roles = _roles(blank_line, idle=12)
    membership, role, is_bystander = roles["idle-00"]
    assert membership > CORE and role == "associated" and not is_bystander
    assert roles["user_of_the_pool"][2] and roles["nothing"][2]
    assert roles["member-00"][1:] == ("core", False)


def test_who_shares_a_domain_that_is_mostly_others_and_does_nothing_stands_beside(blank_line: Line) -> None:
    assert not _roles(blank_line, idle=12, outside=15)["idle-00"][2]
    roles = _roles(blank_line, idle=12, outside=60)
    assert roles["idle-00"][2] and roles["member-00"][1:] == ("core", False)


def test_more_evidence_never_makes_belonging_less_likely(blank_line: Line) -> None:
    roles = _roles(blank_line)
    for less, more in (("nothing", "user_of_the_pool"), ("nothing", "user_of_the_text"), ("most", "all")):
        assert roles[less][0] <= roles[more][0]
    assert max(roles["user_of_the_pool"][0], roles["user_of_the_text"][0]) < roles["most"][0]
