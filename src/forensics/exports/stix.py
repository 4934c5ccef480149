"""A finding as a STIX 2.1 bundle: accounts, addresses, autonomous systems, what ties them together, and what else it
could be.

Only what points at these accounts goes in: hubs, addresses of VPN services and addresses that more strangers than
members use are left out, so that nobody blocks a bystander. Every id follows from what the object is: the same finding
exported twice is the same bundle, and a later run gives a new version of the same objects, whose `created` stays.
Drawback: a recipient who is given one run's finding twice with other things revealed gets one version with two texts.
"""

import json
import re
import uuid
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import polars as pl

from forensics.exports.cases import Cases, parsed_address
from forensics.exports.documents import counted, plain

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_OID, "forensics: findings on language-model accounts")
"""Of the ids of objects that STIX gives no rule for."""

TLP_EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
TLP_CREATED = "2022-10-01T00:00:00.000Z"
TLP_MARKINGS = {
    "clear": "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    "green": "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    "amber": "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    "amber+strict": "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    "red": "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}
"""TLP 2.0 as OASIS published it for STIX 2.1: ids, extension and time are fixed."""

FIRST_VERSION = datetime(2020, 1, 1, tzinfo=UTC)
"""`created` of objects that belong to no single finding, the producer and organisations: the standard wants it the same
in every version of an object, so it must not depend on the run or the bundle. Before any snapshot."""

DEFAULT_TLP = "amber+strict"
"""The recipient's own organisation only: a finding names customers and may be wrong."""

CONFIDENCE = {"low": 15, "moderate": 50, "high": 85}
"""STIX's numbers for its scale none, low, medium, high."""

SHARED_NETWORKS = ("vpn",)
"""Networks whose addresses unrelated people share by intention."""

MOST_OBSERVED = 999_999_999
"""STIX's own bound of number_observed."""

DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9_]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")

LIMITS = "It proves neither guilt nor intent, and similar prompts do not prove training."
REMINDER = f"Decision support: a person must review it. {LIMITS}"


def stix_bundle(case: Cases, *, tlp: str = DEFAULT_TLP) -> str:
    """One finding as the JSON text of a bundle.

    Args:
        case: the finding; pseudonyms in the place of addresses give no address objects.
        tlp: marking, one of `TLP_MARKINGS`.

    Returns:
        JSON, ending with a line end.
    """
    import stix2

    finding = case.finding
    created, modified = _times(case)
    marking = _marking(tlp)
    common = {"object_marking_refs": [marking.id], "allow_custom": False}
    producer = stix2.v21.Identity(
        id=_id("identity", "producer"),
        created=FIRST_VERSION,
        modified=FIRST_VERSION,
        name="Trust and safety team",
        identity_class="group",
        **common,
    )
    seen = [*_accounts(case, common), *_addresses(case, common), *_domains(case, common)]
    authored = {**common, "created_by_ref": producer.id, "created": created, "modified": modified}
    organisations = _organisations(case, authored)
    observed = _observed(case, finding, seen, authored)
    members = [*seen, *organisations, *observed]
    grouping = stix2.v21.Grouping(
        id=_id("grouping", finding["finding_id"], case.recipient),
        name=plain(finding["headline"], 250),
        description=_description(finding),
        context="suspicious-activity",
        confidence=CONFIDENCE[finding["confidence"]],
        labels=[finding["kind"].replace("_", "-"), f"confidence-{finding['confidence']}"],
        object_refs=[one.id for one in members],
        **authored,
    )
    note = stix2.v21.Note(
        id=_id("note", finding["finding_id"], case.recipient),
        abstract="What speaks for it, what speaks against it, and what else it could be",
        content=_content(case),
        object_refs=[grouping.id],
        **authored,
    )
    objects = [marking, producer, *members, grouping, note]
    bundle = stix2.v21.Bundle(
        id=_id("bundle", finding["finding_id"], case.recipient, str(finding["as_of"])), objects=objects
    )
    return json.dumps(json.loads(bundle.serialize()), indent=2, sort_keys=True, ensure_ascii=True) + "\n"


def _id(kind: str, *parts: str) -> str:
    return f"{kind}--{uuid.uuid5(NAMESPACE, chr(31).join((kind, *parts)))}"


def _times(case: Cases) -> tuple[datetime, datetime]:
    """When a finding's objects were first made, at the end of the first day that had it, and last, by its run."""
    first: date = case.finding["first_found_on"]
    created = datetime.combine(first + timedelta(days=1), time(), UTC)
    return created, max(case.run.finished_at.replace(tzinfo=UTC), created)


def _marking(tlp: str) -> Any:
    import stix2

    return stix2.v21.MarkingDefinition(
        id=TLP_MARKINGS[tlp],
        created=TLP_CREATED,
        name=f"TLP:{tlp.upper()}",
        extensions={TLP_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": tlp}},
        allow_custom=True,
    )


def _accounts(case: Cases, common: dict[str, Any]) -> list[Any]:
    import stix2

    return [
        stix2.v21.UserAccount(user_id=plain(account, 200), account_type="language-model-api", **common)
        for account in case.accounts["account_id"]
    ]


def pointing(case: Cases) -> pl.DataFrame:
    """The signals of a finding that point at its accounts and at few others: see the head of this module."""
    return case.signals.filter(
        ~pl.col("is_hub")
        & ~pl.col("network_kind").is_in(SHARED_NETWORKS).fill_null(False)
        & (pl.col("accounts_sharing_outside") <= pl.col("accounts_sharing"))
    )


def _addresses(case: Cases, common: dict[str, Any]) -> list[Any]:
    import stix2

    wanted = pointing(case).filter(pl.col("signal_kind").is_in(["ip", "signup_ip"]))["signal_value"].unique().sort()
    systems = {parsed_address(row["signal_value"]): row for row in case.networks.iter_rows(named=True)}
    listed: dict[int, Any] = {}
    found: dict[str, Any] = {}
    for value in wanted:
        address = parsed_address(value)
        if address is None:
            continue
        system = systems.get(address)
        if system and system["asn"] not in listed:
            name = {"name": plain(system["as_name"], 200)} if system["as_name"] else {}
            listed[system["asn"]] = stix2.v21.AutonomousSystem(number=system["asn"], **name, **common)
        belongs = {"belongs_to_refs": [listed[system["asn"]].id]} if system else {}
        kind = stix2.v21.IPv4Address if address.version == 4 else stix2.v21.IPv6Address
        # Two spellings of one address are one object.
        found[str(address)] = kind(value=str(address), **belongs, **common)
    return [*(listed[number] for number in sorted(listed)), *(found[value] for value in sorted(found))]


def _domains(case: Cases, common: dict[str, Any]) -> list[Any]:
    import stix2

    domains = pointing(case).filter(pl.col("signal_kind") == "email_domain")["signal_value"].unique().sort()
    return [stix2.v21.DomainName(value=one, **common) for one in domains if DOMAIN.fullmatch(one)]


def _organisations(case: Cases, authored: dict[str, Any]) -> list[Any]:
    """The organisations that the finding's claim is about; others are customers, who may be victims, and stay out."""
    import stix2

    return [
        stix2.v21.Identity(
            id=_id("identity", row["organisation_id"]),
            name=plain(row["name"] or row["organisation_id"], 200),
            identity_class="organization",
            **{**authored, "created": FIRST_VERSION},
        )
        for row in case.organisations.filter("is_claimed").iter_rows(named=True)
    ]


def _observed(case: Cases, finding: dict[str, Any], seen: list[Any], authored: dict[str, Any]) -> list[Any]:
    import stix2

    if not finding["first_seen"] or not finding["exchange_count"] or not seen:
        return []
    return [
        stix2.v21.ObservedData(
            id=_id("observed-data", finding["finding_id"], case.recipient),
            first_observed=finding["first_seen"].replace(tzinfo=UTC),
            last_observed=finding["last_seen"].replace(tzinfo=UTC),
            number_observed=min(finding["exchange_count"], MOST_OBSERVED),
            object_refs=[one.id for one in seen],
            **authored,
        )
    ]


def _description(finding: dict[str, Any]) -> str:
    claims = [
        f"{claim} {finding[f'{claim}_confidence']}"
        for claim in ("control", "extraction", "organisation")
        if finding[f"{claim}_confidence"]
    ]
    return (
        f"{counted(finding['account_count'], 'account')}, {counted(finding['exchange_count'], 'exchange')},"
        f" as of {finding['as_of']}."
        f" Confidence by claim: {', '.join(claims) or 'none graded'}. {REMINDER}"
    )


def _hypotheses(case: Cases) -> list[str]:
    """Each innocent explanation: whether it is plausible, what the finding would be if it were true, how to tell."""
    lines = ["", "Innocent explanations that were weighed:"] if case.rivals.height else []
    for row in case.rivals.iter_rows(named=True):
        left = f"confidence would be {row['confidence_left']}" if row["is_plausible"] else "what it needs is not seen"
        lines.append(f"- {plain(row['title'], 300)} ({left}) {plain(row['check'], 300)}")
    return lines


def _content(case: Cases) -> str:
    """The evidence, hypotheses and gaps of a finding as text."""
    lines = [f"Finding {case.finding['finding_id']} as of {case.finding['as_of']}, run {case.run.run_id}."]
    for stance, heading in (("supports", "Speaks for it:"), ("contradicts", "Speaks against it, or else explains it:")):
        lines += ["", heading]
        rows = case.evidence.filter(pl.col("stance") == stance).iter_rows(named=True)
        lines += [f"- {plain(row['statement'], 1000)}" for row in rows] or ["- nothing on record"]
    lines += _hypotheses(case)
    if case.missing.height:
        lines += ["", "Evidence that was not available:"]
        lines += [
            f"- {row['source_table']}: {plain(row['statement'], 500)}" for row in case.missing.iter_rows(named=True)
        ]
    if case.exemplars.height:
        lines += ["", "Examples of prompts, redacted and cut:"]
        lines += [f"- {row['account_id']}: {row['excerpt']}" for row in case.exemplars.iter_rows(named=True)]
    return "\n".join([*lines, "", REMINDER])
