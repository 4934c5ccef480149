"""What to do about a finding, who decides it, and whether it can be taken back: the mildest step first.

No step follows by itself: the product recommends, people act. Nothing is recommended against bystanders.
"""

from typing import NamedTuple


class Action(NamedTuple):
    """A step: what is done, who decides, and what can be taken back."""

    step: str
    decides: str
    reversible: str


SECOND_READER = Action(
    "Let a second person read this file and try to make each plausible explanation fit.",
    "Two investigators",
    "Fully: nothing happens to any account.",
)
WATCH = Action(
    "Watch: the next run says whether the group grows, moves or falls silent. Take no step against an account.",
    "Investigator",
    "Fully: nothing happens to any account.",
)
ASK = Action(
    "Ask the payers who they are and what they use the model for, core accounts first.",
    "Trust and safety",
    "Fully for the accounts; that they were noticed cannot be taken back.",
)
LIMIT = Action(
    "Limit the rate of core accounts while the answer is open.",
    "Trust and safety lead",
    "At once, by lifting the limit; work that was delayed meanwhile is not.",
)
SUSPEND = Action(
    "Suspend, account by account, those that give no answer or one that does not fit.",
    "Policy lead, on the record",
    "By reinstating; a customer's interrupted work and trust are not. Keep the data needed for an appeal.",
)
RELAY_TERMS = Action(
    "Ask the operator of the relay for its customers and its contract; resale may be permitted.",
    "Trust and safety with sales",
    "Fully: people behind a relay are not accused of anything.",
)
REGISTERS = Action(
    "Look the owners up in the register itself and ask the customer for its current ones.",
    "Compliance",
    "Fully: nothing happens to any account.",
)
COUNSEL = Action(
    "Hand the case to counsel with the path of ownership and the rule's version.",
    "Counsel",
    "Fully until counsel decides.",
)
END_SERVICE = Action(
    "End the service if counsel finds that the rule applies.",
    "Counsel, on the record",
    "Partly: a contract that was ended has to be made again, and data may be gone by then.",
)
APPEAL = Action(
    "Tell the customer how to object, and look again when they do.",
    "Policy lead",
    "It is the way back for all of the above.",
)

_EXTRACTION = {"high": (SECOND_READER, ASK, LIMIT, SUSPEND, APPEAL), "moderate": (SECOND_READER, ASK, LIMIT, APPEAL)}
_RELAY = {"high": (SECOND_READER, RELAY_TERMS, LIMIT, APPEAL), "moderate": (SECOND_READER, RELAY_TERMS, APPEAL)}
_LEAD = (WATCH, SECOND_READER)
_BARRED = (REGISTERS, COUNSEL, END_SERVICE, APPEAL)


def actions(kind: str, confidence: str, status: str) -> tuple[Action, ...]:
    """The steps for a finding of a kind, confidence and status, in the order in which to take them."""
    if status == "dormant":
        return _LEAD
    if kind == "barred_ownership":
        return _BARRED
    return (_RELAY if kind == "relay" else _EXTRACTION).get(confidence, _LEAD)
