"""What groups send: which tasks, in which instructions, with which fills, by whom."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

HUMAN_FAMILIES: Mapping[str, float] = {
    "chat": 18, "coding": 13, "debugging": 8, "writing": 10, "translation": 6, "summarise": 5, "maths": 5,
    "knowledge": 10, "data_analysis": 5, "support": 4, "planning": 6, "rewriting": 6, "creative": 5,
    "reading": 2, "instructions": 2, "vision": 2,
}  # fmt: skip
"""What people ask for, in parts of a hundred or so."""

HARD_FAMILIES: Mapping[str, float] = {
    "maths": 30, "coding": 22, "knowledge_exam": 18, "science": 14, "debugging": 8, "data_analysis": 8,
}  # fmt: skip
"""Problems whose solutions take reasoning."""


@dataclass(frozen=True)
class Work:
    """What one group, or one ordinary account, sends.

    Attributes:
        families: item families with their weights.
        wrappers: instruction families put around the item; empty means the item alone.
        wrapper_share: share of exchanges that carry the instruction.
        templates: how many fixed instructions are in use.
        variation: share of prompts whose instruction has one phrase exchanged.
        fill: where items come from: fresh (new each time), zipf (recurring), shard (a list worked off once),
            set (the same small set again), stock (stored items, each sent a few times).
        fill_count: size of the recurring supply, per account of the group.
        voices: people behind one account; 0 means a machine, 1 its owner.
        conversation_share: share of sessions that are conversations.
        hop_share: share of later turns sent from another account of the group.
        language: one (of the group) or world (of the person).
        owner: whether templates belong to the group or to each account.
        fill_owner: the same for fills; empty means as the templates.
        thinking_share, tools, image_share: use of the model's abilities.
        refused_share: share of calls the model refuses.
        systemic: whether the instruction travels as the system prompt in part of the groups.
        like: the mode that a look-alike at this work resembles; empty where it resembles all that its kind does.
    """

    families: Mapping[str, float] = field(default_factory=lambda: HUMAN_FAMILIES)
    wrappers: tuple[str, ...] = ()
    wrapper_share: float = 0.0
    templates: int = 0
    variation: float = 0.0
    fill: str = "fresh"
    fill_count: float = 0.0
    voices: float = 0.0
    conversation_share: float = 0.0
    hop_share: float = 0.0
    language: str = "one"
    owner: str = "group"
    fill_owner: str = ""
    thinking_share: float = 0.25
    tools: int = 0
    image_share: float = 0.0
    refused_share: float = 0.015
    systemic: bool = True
    like: str = ""


_HARVEST = Work(HARD_FAMILIES, ("elicit_before",), 0.96, 3, 0.3, "shard")
HARVEST = (
    _HARVEST,
    replace(_HARVEST, wrappers=("elicit_inline",)),
    replace(_HARVEST, wrappers=("elicit_afterwards",)),
    replace(_HARVEST, wrappers=("elicit_disguised", "elicit_before"), tools=2),
)
"""Reasoning drawn out before, inside, after and in disguise."""

PEOPLE = Work(voices=1, conversation_share=0.6, language="world", image_share=0.03)
RELAY = Work(voices=14, conversation_share=0.6, hop_share=0.4, language="world", image_share=0.03, like="live_relay")
INJECTED_RELAY = replace(RELAY, wrappers=("injected",), wrapper_share=1.0, templates=1)

RESOLD = replace(
    RELAY, wrappers=("business", "tutor", "code_assistant"), wrapper_share=0.5, templates=8, like="reseller_front"
)
"""Traffic of a reseller's customers, some of whom are applications with templates of their own."""

INSTRUCTED_PEOPLE = replace(PEOPLE, wrappers=("injected",), wrapper_share=0.97, templates=1, owner="account")
"""People who send a standing instruction of their own with everything they ask."""

STAFF = replace(
    PEOPLE, wrappers=("business", "tutor", "code_assistant"), wrapper_share=0.5, templates=3, owner="account",
    like="reseller_front",
)  # fmt: skip
"""Staff in different roles, each with a few assistants of their own."""

_REPLAY = Work(fill="stock", fill_count=250, conversation_share=0.25, hop_share=0.6, language="world")
_INSTRUCTED_REPLAY = replace(_REPLAY, fill_count=120, wrappers=("injected",), wrapper_share=1.0, templates=1)
REPLAY = (_REPLAY, _INSTRUCTED_REPLAY, replace(_INSTRUCTED_REPLAY, fill_count=250, templates=2))

_JUDGE = Work({"answer_pair": 5, "answer": 4, "trace": 2}, ("judge",), 0.97, 3, 0.3, "shard")
JUDGE = (_JUDGE, replace(_JUDGE, families={"trace": 1}, wrappers=("clean_trace",)))

_TECHNIQUES = Work(HARD_FAMILIES, ("technique",), 0.96, 6, 0.2, "fresh", refused_share=0.55)
TECHNIQUES = (_TECHNIQUES,)

_AGENTIC = Work(
    {"agent_step": 6, "repository_issue": 4, "terminal": 3, "web_task": 2}, ("agent",), 0.95, 3, 0.2, "shard",
    conversation_share=0.7, hop_share=0.3, tools=6, image_share=0.06,
)  # fmt: skip
AGENTIC = (
    _AGENTIC,
    replace(_AGENTIC, families={"environment": 3, "repository_issue": 1}, wrappers=("environment_writer",)),
)

_APP = Work(
    {"support": 5, "product": 3, "reading": 2, "record": 3}, ("business",), 0.96, 3, 0.25, "zipf", 150,
)  # fmt: skip
APP = (
    _APP,
    replace(_APP, families={"maths": 3, "science": 2, "knowledge_exam": 2}, wrappers=("tutor",)),
    replace(_APP, families={"coding": 3, "debugging": 3, "data_analysis": 2}, wrappers=("code_assistant",), tools=2),
)
TENANT_APP = tuple(replace(work, fill_owner="account") for work in APP)
REGULAR_APP = replace(_APP, wrappers=("business", "tutor", "code_assistant"))

_QUESTIONS = Work(fill="zipf", fill_count=250, conversation_share=0.25, language="world", like="store_replay")
LAUNCHED_APP = (
    *(replace(work, like="template_harvest") for work in APP),
    _QUESTIONS,
    replace(_QUESTIONS, wrappers=("injected",), wrapper_share=1.0, templates=1),
)
"""What a customer brings along when it moves: applications; some pass their users' questions on as they are."""

_BENCHMARK = Work(HARD_FAMILIES, ("examination",), 0.97, 3, 0.3, "set", 120, like="template_harvest")
BENCHMARK = (
    replace(_BENCHMARK, families=_JUDGE.families, wrappers=("judge",), like="judge_cleaner"),
    _BENCHMARK,
    replace(_BENCHMARK, families={"trace": 1}, wrappers=("clean_trace",), like="judge_cleaner"),
)
LABELLING = tuple(
    replace(work, fill="zipf", fill_count=400, hop_share=0.0, like=mode)
    for pair in zip(JUDGE, AGENTIC, strict=True)
    for work, mode in zip(pair, ("judge_cleaner", "agentic_generation"), strict=True)
)
_NIGHTLY = Work(fill="set", fill_count=25, language="world", conversation_share=0.25, hop_share=0.2)
NIGHTLY = (_NIGHTLY, replace(_NIGHTLY, wrappers=("injected",), wrapper_share=1.0, templates=1))
AGENT_TEAM = tuple(
    replace(work, fill="fresh", owner="account", hop_share=0.0, templates=2, like="agentic_generation")
    for work in AGENTIC
)
CLASS_WORK = (
    replace(_HARVEST, wrappers=("tutor", "elicit_before"), fill="set", fill_count=4, voices=1, variation=0.4),
    replace(_HARVEST, wrappers=("technique", "code_assistant"), fill="set", fill_count=5, variation=0.4),
)
RESEARCH_WORK = (replace(_TECHNIQUES, owner="account", refused_share=0.45),)
