"""What is known of a group when it is judged: its evidence, its size, and what innocent explanations need."""

import math
from dataclasses import dataclass, field
from typing import Any

import duckdb

from forensics.links.evidence import EVIDENCE_KINDS, SIGNIFICANT
from forensics.reports.composition import composition
from forensics.warehouse.tables import read_frame
from forensics.window import Window

SPECIFIC = 1e-6
"""q-value below which behaviour rules chance out by itself."""

COVERAGE = 0.35
"""Share of members that must carry a piece of evidence: below, a campaign and a coincidence look alike."""

FEWEST_CARRIERS = 3
"""Members that must carry a piece of evidence, or half of them: what a pair has in common says nothing of others."""

EVEN_LOAD = 0.8
"""Index of dispersion below which load is spread more evenly than chance."""

ASKED = 0.05
"""Mean share of the members' exchanges below which they do not ask for something, however unusual."""

MOST = 0.5
"""Share of members that must carry what is to be said of each account of a group."""

ASKED_UNDER = 0.3
"""Mean share of the exchanges under a group's common templates from which those templates are there to ask for it."""

ONCE = 0.1
"""Share of exchanges whose item comes again, up to which a list is worked off once."""

LONG = 5
"""Days from which items have had the time to come again: a benchmark, too, is gone through once before it recurs."""

NEVER_AGAIN = 0.002
"""Share of exchanges whose item comes on another day, up to which none does, within fewer days."""

FEWEST_DAYS = 3
"""Days below which nothing is said of items that come again."""

TALK = 0.5
"""Share of exchanges that continue a conversation, from which what is sent is talk: what people say to each answer, and
agents to each result, comes but once, too, and is no list."""

HANDED_OVER = 0.02
"""Share of continued turns whose conversation another member carries too, below which it is an accident."""

OWN_KIND = 0.05
"""Part of the variety of items that goes with whose they are, from which they are each account's own and no list. The
ratio of variances grows with the items an account, this part does not: strangers under one published prompt come to a
sixteenth."""

OF_A_LIST = 0.01
"""The same up to which lists come by chance or by how they are dealt; the users of one library come to twice that."""

MANIFOLD = 2.0
"""Times its expectation that a hand-over or a takeover must be."""

STORED = 0.01
"""Share of a group's long prompts that must be sent again later: less is what relays and people have in common, too."""

FEWEST_STORED = 10
"""Prompts sent again later that make a store; fewer are a few people's habits."""

EVENLY_USED = 2.5
"""Times as many equal prompts as an evenly used stock would give, up to which a store has no favourites."""

EVENLY_REPEATED = 1.05
"""The same among prompts that come again alone, which tells an even store from favourites more sharply: stores are
dealt out at 1, and services' questions come at a tenth and more above it."""

RECURRING_ITEMS = 0.1
"""Share of exchanges whose item comes again, from the group or from others who use its templates as it does, from which
they work on a stock of their own, an application's, say, and no list is worked off once."""

OF_ITS_USERS = 0.1
"""Share of those who use the templates as members do, that members must be: what all users of a text do says nothing of
a few of them, and nobody who deals a list out among ten times as many accounts is found as so few."""

SCALED_UP_LATER = 0.5
"""Days by which the members that scale up act later than those that search: both may begin on one morning."""

SYNCHRONOUS = 1.5
"""Observed over expected coincidence from which members move together."""


@dataclass(frozen=True)
class Shown:
    """One kind of evidence of a group: value, baseline, q-value, carriers and their share (null: the whole group)."""

    value: float
    baseline: float
    q_value: float
    account_count: int | None
    coverage: float | None


@dataclass(frozen=True)
class GroupFacts:
    """What a judgement rests on.

    Attributes:
        group_id, formed_by: the group, and what it was found by.
        account_count, payer_count, organisation_count: its size.
        shown: every kind of evidence by name, whether or not it counts.
        customer_share: share of members under their most common name, an organisation or else a private mail domain.
        family_share: share of members with several companies that one organisation heads.
        education_share, research_share: share of members in a programme that explains what they ask.
        item_recurrence: share of the items under its templates that come again, from its members or from anybody,
            whichever is more; null if unknown.
        item_day_share: share of the active days on which an item comes, on average, likewise; null if unknown.
        item_day_count: days on which its templates were used; null if unknown.
        item_later_share: share of the exchanges under its templates, anybody's, whose item comes on another day; null
            if unknown.
        item_payer_share: payers per account of all who use its templates like its members; null if unknown.
        item_member_share: members that use its templates, as a part of all who use them likewise; null if unknown.
        item_popularity: how much more some items come than others; about 1 where all are as likely; null if unknown.
        resent_share: share of its long prompts, by exchanges, that come from several members; null if unknown.
        again_prompt_count: distinct long prompts that another member sends on another day, or beyond retries.
        prompt_popularity: as item_popularity, of long prompts; null if unknown.
        repeat_dispersion: as prompt_popularity, of the prompts alone that come again; null if none does.
        prompt_day_share, prompt_day_count: as those of items, of long prompts; null if unknown.
        talk_share: mean share of the members' exchanges that continue a conversation; null if unknown.
        item_turn_share: share of the exchanges under its templates that do; null if unknown.
        tests: rows of links.group_tests by measure.
    """

    group_id: str
    formed_by: str
    account_count: int
    payer_count: int
    organisation_count: int
    shown: dict[str, Shown] = field(default_factory=dict)
    customer_share: float = 0.0
    family_share: float = 0.0
    education_share: float = 0.0
    research_share: float = 0.0
    item_recurrence: float | None = None
    item_day_share: float | None = None
    item_day_count: int | None = None
    item_later_share: float | None = None
    item_payer_share: float | None = None
    item_member_share: float | None = None
    item_popularity: float | None = None
    resent_share: float | None = None
    again_prompt_count: int = 0
    prompt_popularity: float | None = None
    repeat_dispersion: float | None = None
    prompt_day_share: float | None = None
    prompt_day_count: int | None = None
    talk_share: float | None = None
    item_turn_share: float | None = None
    tests: dict[str, dict[str, Any]] = field(default_factory=dict)

    def holds(self, *names: str) -> bool:
        """Whether any of these kinds of evidence counts."""
        return any(self._counts(name) for name in names if name in self.shown)

    @property
    def has_addresses_besides(self) -> bool:
        """Whether addresses in common are a sign besides what the group was found by."""
        return self.holds("network") and self.formed_by != "infrastructure"

    @property
    def held(self) -> frozenset[str]:
        """All kinds of evidence that count and can carry a judgement."""
        return frozenset(name for name in self.shown if EVIDENCE_KINDS[name].weight == "carries" and self._counts(name))

    @property
    def own_item_share(self) -> float | None:
        """Part of the variety of items that goes with whose they are; null where items were not compared.

        Method: intraclass correlation from the ratio of variances and the items an account (Fisher 1925).
        """
        own = self.tests.get(EVIDENCE_KINDS["own_items"].measure)
        if own is None:
            return None
        between = max(own["value"] - 1, 0.0)
        return float(between / (between + own["sample_size"] / self.account_count))

    @property
    def items_differ(self) -> bool:
        """Whether what items are about differs from account to account, more than those of lists do by chance."""
        own = self.tests.get(EVIDENCE_KINDS["own_items"].measure)
        # It speaks for the accounts, and so need not hold against all that was asked of others.
        is_certain = own is not None and own["p_value"] <= SIGNIFICANT
        return is_certain and (self.own_item_share or 0.0) > OF_A_LIST

    @property
    def public_item_share(self) -> float | None:
        """Mean share of the members' prompts with a public item word for word; null where no list was compared."""
        found = self.tests.get(EVIDENCE_KINDS["public_items"].measure)
        return None if found is None else float(found["value"])

    @property
    def has_favourites(self) -> bool:
        """Whether its long prompts come again later as people's questions do: some of them far more than others."""
        again = self.shown.get("stored_prompts")
        comes_again = again is not None and again.q_value < SIGNIFICANT and self.again_prompt_count >= FEWEST_STORED
        return comes_again and (self.prompt_popularity or 0.0) > EVENLY_USED

    def rules_out_chance(self, name: str) -> bool:
        """Whether a kind of evidence is so certain, and carried by so many, that chance is out of the question."""
        shown = self.shown[name]
        return shown.q_value < SPECIFIC and (shown.coverage is None or shown.coverage >= MOST)

    def asked_share(self, name: str) -> float:
        """Mean share of the exchanges, or of those under the common templates, that ask for something."""
        kind = EVIDENCE_KINDS[name]
        return float(self.tests[kind.measure]["group_mean"] if kind.feature else self.shown[name].value)

    def _counts(self, name: str) -> bool:
        """Whether a piece of evidence is certain and large enough to count."""
        shown, kind = self.shown[name], EVIDENCE_KINDS[name]
        if shown.q_value >= SIGNIFICANT or (shown.coverage is not None and shown.coverage < COVERAGE):
            return False
        if shown.account_count is not None and shown.account_count < min(FEWEST_CARRIERS, MOST * self.account_count):
            return False
        if kind.feature:
            large = shown.value > shown.baseline and self.tests[kind.measure]["group_mean"] >= ASKED
            return large and (shown.coverage or 0.0) >= MOST
        if name == "work_queue" and not self._may_be_a_list():
            return False
        if kind.measure == "technique_search" and not (self.tests[kind.measure]["low"] or 0.0) > 0:
            return False
        if name.startswith("template_"):
            return shown.value > shown.baseline and shown.value >= ASKED_UNDER and shown.coverage is not None
        if name in ("resent", "stored_prompts"):
            # Items under the templates say it without whatever else the accounts send; not all groups have any.
            popularity = min(self.item_popularity or math.inf, self.prompt_popularity or math.inf)
            is_even = popularity <= EVENLY_USED or (self.repeat_dispersion or math.inf) <= EVENLY_REPEATED
            return is_even and shown.value >= STORED and self.again_prompt_count >= FEWEST_STORED
        limits = {
            "work_queue": shown.value <= ONCE,
            "load_dispersion": shown.value <= EVEN_LOAD,
            "synchrony": shown.value >= SYNCHRONOUS,
            "scaling_up": shown.value >= SCALED_UP_LATER,
            "technique_search": shown.value >= SCALED_UP_LATER,
            "handover": shown.value >= max(HANDED_OVER, MANIFOLD * shown.baseline),
            "failover": shown.value >= MANIFOLD * shown.baseline,
        }
        return limits.get(name, True)

    def _may_be_a_list(self) -> bool:
        """Whether items that do not come again may be dealt out: under one template, for days, and anybody's."""
        is_own = self.items_differ and (self.own_item_share or 0.0) >= OWN_KIND
        days = self.item_day_count or LONG
        never = days >= FEWEST_DAYS and (self.item_later_share or 0.0) <= NEVER_AGAIN
        comes_again = (self.item_recurrence or 0.0) >= RECURRING_ITEMS
        is_list = not is_own and not comes_again and (self.item_turn_share or 0.0) < TALK
        is_theirs = self.item_member_share is None or self.item_member_share >= OF_ITS_USERS
        return self.holds("template") and (days >= LONG or never) and is_list and is_theirs


def group_facts(connection: duckdb.DuckDBPyConnection, window: Window) -> list[GroupFacts]:
    """The facts of every candidate group, by group id.

    Args:
        connection: with the tables of the step links, and what `composition` reads.
        window: the run's days.
    """
    groups = read_frame(
        connection,
        """
        SELECT groups.* EXCLUDE (account_count, payer_count, organisation_count, stability, stability_draws),
               GREATEST(recurring_share, anybody_recurring_share) AS item_recurrence,
               GREATEST(group_items.day_share, anybody_day_share) AS item_day_share,
               group_items.day_count AS item_day_count, anybody_later_share AS item_later_share,
               anybody_payer_count / anybody_account_count AS item_payer_share,
               group_items.account_count / anybody_account_count AS item_member_share,
               group_prompts.day_share AS prompt_day_share, group_prompts.day_count AS prompt_day_count,
               group_items.popularity AS item_popularity, item_turn_share, resent_share,
               COALESCE(again_prompt_count, 0) AS again_prompt_count, group_prompts.popularity AS prompt_popularity,
               repeat_dispersion
        FROM links.groups LEFT JOIN links.group_items USING (group_id) LEFT JOIN links.group_prompts USING (group_id)
        ORDER BY group_id
        """,
    )
    people = composition(connection, window)
    shown: dict[str, dict[str, Shown]] = {}
    for row in read_frame(connection, "SELECT * FROM links.group_evidence ORDER BY ALL").iter_rows(named=True):
        shown.setdefault(row["group_id"], {})[row["evidence"]] = Shown(
            row["value"], row["baseline"], row["q_value"], row["account_count"], row["coverage"]
        )
    tests: dict[str, dict[str, dict[str, Any]]] = {}
    for row in read_frame(connection, "SELECT * FROM links.group_tests ORDER BY ALL").iter_rows(named=True):
        tests.setdefault(row["group_id"], {})[row["measure"]] = row
    return [
        GroupFacts(
            **row,
            **people[row["group_id"]],
            shown=shown.get(row["group_id"], {}),
            tests=tests.get(row["group_id"], {}),
        )
        for row in groups.iter_rows(named=True)
    ]
