"""What accounts are called changes nothing but their names: renamed in the same order they give the same results."""

from dataclasses import replace
from pathlib import Path

import polars as pl

from forensics import features, links, reports
from tests.worlds.line import Line, open_line
from tests.worlds.tiny import TinyWorld, write_world

PREFIX = "Ünïcødé '; -- "


def _renamed(world: TinyWorld) -> TinyWorld:
    days = {
        day: {
            name: frame.with_columns(account_id=pl.lit(PREFIX) + pl.col("account_id"))
            if "account_id" in frame.columns
            else frame
            for name, frame in frames.items()
        }
        for day, frames in world.days.items()
    }
    return replace(world, days=days)


def _results(line: Line) -> dict[str, list[object]]:
    """What was found, with accounts under their old names and groups known by their members."""
    queries = {
        # Which prompts are sampled, and what is drawn, hangs on a hash of the ids: other names, other draws.
        "features": "SELECT * EXCLUDE (payer_id, effective_prompts, distinct_phrase_share, compression_ratio,"
        " own_form_spread) FROM features.accounts ORDER BY account_id",
        "edges": "FROM links.edges ORDER BY layer, account_a, account_b",
        "groups": "SELECT STRING_AGG(account_id, ' ' ORDER BY account_id) AS members FROM links.group_accounts"
        " GROUP BY group_id ORDER BY members",
        "carriers": "SELECT evidence, account_id FROM links.group_evidence_accounts"
        " WHERE NOT regexp_matches(evidence, '^(many_people|broad|narrow|pooled|cohort)') ORDER BY ALL",
        "tests": "SELECT measure, value, p_value FROM links.group_tests "
        " WHERE NOT regexp_matches(measure, '^(synchrony|failover|signup|round|own_|broad|narrow|pooled|cohort)')"
        " ORDER BY ALL",
        "findings": "SELECT * EXCLUDE (finding_id, score) FROM reports.findings ORDER BY ALL",
        "evidence": "SELECT stance, measure, value FROM reports.finding_evidence"
        " WHERE NOT regexp_matches(measure, '^(synchrony|failover|signup|round|own_|broad|narrow|pooled|cohort)')"
        " ORDER BY ALL",
    }
    found = {}
    for name, query in queries.items():
        rows = line.connection.execute(query).fetchall()
        found[name] = [
            tuple(part.replace(PREFIX, "") if isinstance(part, str) else part for part in row) for row in rows
        ]
    return found


def test_other_names_in_the_same_order_give_the_same_results(
    tiny_line: Line, tiny_world: TinyWorld, tmp_path: Path
) -> None:
    root = write_world(_renamed(tiny_world), tmp_path / "renamed", shuffle_seed=3)
    with open_line(tmp_path / "home", tiny_line.window.as_of) as line:
        line.load(root, sorted(tiny_world.days))
        features.build(line.connection, line.settings, line.window)
        links.build(line.connection, line.settings, line.window)
        reports.build(line.connection, line.settings, line.window, run_id="renamed")
        found, expected = _results(line), _results(tiny_line)
    for name, rows in expected.items():
        assert rows, name
        assert [tuple(map(repr, row)) for row in found[name]] == [tuple(map(repr, row)) for row in rows], name
