"""Two findings written by hand, with all that attackers put into names, values and prompts."""

from datetime import date, datetime

import polars as pl

from forensics import contracts
from forensics.exports.cases import Cases
from forensics.exports.runs import Run
from forensics.privacy.exemplars import SCHEMA

FORMULAS = (
    "=cmd|'/c calc'!A1",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    " =1+1",
    "\u200b=1+1",
    "\uff1d1+1",
    '=HYPERLINK("http://evil.example","x")',
    "{=1+1}",
    "%0A=1",
)
MARKUP = "</data><script>alert(1)</script>]]><!-- \x00\x1b[31m\u202e & \"quoted\" 'x'"
AS_OF = date(2026, 3, 8)
SEEN = datetime(2026, 3, 3, 12)
RUN = Run(AS_OF, "run-1", "0.1.0", "a" * 64, "b" * 64, datetime(2026, 3, 9, 2))

ADDRESS, HUB, VPN, CROWDED, BROKEN = "203.0.113.7", "203.0.113.8", "203.0.113.9", "203.0.113.10", "999.1.2.3"
"""An address that points at the accounts, and four that must not be handed out as if they did."""


def rows(full_name: str, given: list[dict[str, object]]) -> pl.DataFrame:
    """Rows of a table; columns that are not given are null."""
    schema = {name: column.dtype for name, column in contracts.get(full_name).columns.items()}
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in given], schema=schema)


def finding(finding_id: str, kind: str, headline: str) -> dict[str, object]:
    return {
        "finding_id": finding_id,
        "as_of": AS_OF,
        "kind": kind,
        "control_confidence": "high",
        "extraction_confidence": "moderate",
        "confidence": "moderate",
        "score": 2.0 if kind == "relay" else 1.0,
        "account_count": len(FORMULAS),
        "exchange_count": 10,
        "first_seen": SEEN,
        "last_seen": SEEN,
        "headline": headline,
        "status": "new",
    }


def signal(finding_id: str, kind: str, value: str, **more: object) -> dict[str, object]:
    given = {"accounts_sharing": 3, "accounts_sharing_outside": 0, "lift": 5.0, "p_value": 0.001, "q_value": 0.01}
    return {**given, "finding_id": finding_id, "signal_kind": kind, "signal_value": value, **more}


def cases() -> Cases:
    """The findings f-1 (relay) and f-2 (barred ownership)."""
    accounts = [
        {"finding_id": one, "account_id": f"{formula}{number}", "organisation_id": "org-1", "role": "core",
         "membership": 1.0, "exchange_count": 2**60 if number == 0 else number}
        for one in ("f-1", "f-2") for number, formula in enumerate(FORMULAS)
    ]  # fmt: skip
    shared = [
        signal("f-1", "ip", ADDRESS),
        signal("f-1", "signup_ip", f"::ffff:{ADDRESS}"),
        signal("f-1", "ip", "2001:db8::1"),
        signal("f-1", "ip", HUB),
        signal("f-1", "ip", VPN),
        signal("f-1", "ip", CROWDED, accounts_sharing_outside=40),
        signal("f-1", "ip", BROKEN),
        signal("f-1", "email_domain", "front.example"),
        signal("f-1", "email_domain", MARKUP),
        signal("f-1", "payment_instrument", "card-1"),
        signal("f-1", "user_agent", MARKUP),
    ]
    signals = rows("reports.finding_signals", shared).with_columns(
        family=pl.lit("network"),
        is_hub=pl.col("signal_value") == HUB,
        network_kind=pl.when(pl.col("signal_value") == VPN).then(pl.lit("vpn")),
    )
    evidence = [
        {"finding_id": "f-1", "statement_number": number, "stance": stance, "statement": text, "measure": "m"}
        for number, (stance, text) in enumerate(
            [("supports", FORMULAS[0]), ("contradicts", MARKUP), ("supports", "x" * 40_000)], start=1
        )
    ]
    return Cases(
        run=RUN,
        recipient="partner",
        findings=rows(
            "reports.findings",
            [finding("f-1", "relay", FORMULAS[0]), finding("f-2", "barred_ownership", MARKUP)],
        ).with_columns(first_found_on=pl.lit(AS_OF)),
        accounts=rows("reports.finding_accounts", accounts),
        signals=signals,
        carriers=pl.DataFrame(
            {
                "finding_id": ["f-1", "f-1"],
                "account_id": [accounts[0]["account_id"], accounts[1]["account_id"]],
                "signal_kind": ["user_agent", "ip"],
                "signal_value": [MARKUP, ADDRESS],
            }
        ),
        evidence=rows("reports.finding_evidence", evidence),
        rivals=rows(
            "reports.finding_rivals",
            [
                {
                    "finding_id": "f-1",
                    "rival": "reseller",
                    "title": "A reseller with real users.",
                    "is_plausible": True,
                    "needs": "breadth",
                    "explains": "network",
                    "leaves": "payment",
                    "confidence_left": "low",
                    "check": "Ask for a contract.",
                },
                {
                    "finding_id": "f-1",
                    "rival": "class",
                    "title": MARKUP,
                    "is_plausible": False,
                    "needs": FORMULAS[0],
                    "explains": "",
                    "leaves": "",
                    "check": "Look at the age of the accounts.",
                },
            ],
        ),
        organisations=pl.DataFrame(
            {
                "finding_id": ["f-2"],
                "organisation_id": ["org-1"],
                "name": [MARKUP],
                "jurisdiction": ["SG"],
                "is_claimed": [True],
                "controlling_organisation_id": ["org-2"],
                "controlling_name": ["Head Holdings"],
                "controlling_jurisdiction": ["CN"],
                "attributed_percent": [70.5],
            }
        ),
        exemplars=pl.DataFrame(
            {
                "finding_id": ["f-1"],
                "account_id": ["a"],
                "exchange_id": ["e"],
                "occurred_at": [SEEN],
                "excerpt": [FORMULAS[0]],
            },
            schema=SCHEMA,
        ),
        networks=pl.DataFrame(
            {"signal_kind": ["ip"], "signal_value": [ADDRESS], "asn": [64500], "as_name": [FORMULAS[0]]}
        ),
        missing=pl.DataFrame({"source_table": ["networks"], "statement": ["Not available."]}),
    )
