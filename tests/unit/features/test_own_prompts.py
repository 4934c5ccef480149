"""Variety beside shared templates: which prompts count, and what the number is."""

from datetime import timedelta

import numpy as np
import pytest

from forensics.core.embeddings.hashing import FORM_DIMENSIONS
from forensics.core.embeddings.prompt_vectors import STEPS
from forensics.core.prompt_samples import as_blobs
from forensics.features.own_prompts import FEWEST_OWN_PROMPTS, own_prompts
from forensics.window import Window
from tests.worlds.line import Line, put
from tests.worlds.tiny import FIRST_DAY

WINDOW = Window(FIRST_DAY + timedelta(days=1), 7)


def _put(line: Line, accounts: dict[str, np.ndarray], under: dict[str, str], payers: dict[str, int]) -> None:
    samples = [
        {
            "snapshot_date": FIRST_DAY, "account_id": account, "exchange_id": f"{account}-{number}",
            "sample_rank": f"{number:012x}", "embedder_id": "e", "vector": vector, "phrases": b"",
        }
        for account, vectors in accounts.items()
        for number, vector in enumerate(as_blobs(vectors).to_list())
    ]  # fmt: skip
    put(line.connection, "core.prompt_samples", samples)
    templates = [
        {"snapshot_date": FIRST_DAY, "account_id": name.rsplit("-", 1)[0], "exchange_id": name, "template_id": template}
        for name, template in under.items()
    ]
    put(line.connection, "core.sample_templates", templates)
    put(line.connection, "features.template_families", [{"template_id": t, "family_id": t} for t in payers])
    for template, count in payers.items():
        line.connection.execute(
            "INSERT INTO features.templates (template_id, part, text, variation_count, first_on, last_on,"
            " exchange_count, account_count, payer_count, payer_share, asked_share)"
            " VALUES (?, 'head', 't', 1, ?, ?, 10, 5, ?, 0.1, 0.0)",
            [template, FIRST_DAY, FIRST_DAY, count],
        )


def _vectors(kinds: list[int]) -> np.ndarray:
    vectors = np.zeros((len(kinds), 64 + FORM_DIMENSIONS), np.int8)
    # A stored part has the length STEPS times the root of its dimensions; one prompt's weight lies on eight of them.
    weight = round(STEPS * (FORM_DIMENSIONS / 8) ** 0.5)
    for row, kind in enumerate(kinds):
        vectors[row, 64 + 8 * kind : 72 + 8 * kind] = weight
    return vectors


def test_prompts_under_a_text_of_several_payers_are_left_out(blank_line: Line) -> None:
    many = list(range(10))
    under = {f"harvester-{number}": "shared" for number in range(4)} | {"person-0": "own"}
    accounts = {"harvester": [0, 1, 2, 3, *[4] * 8], "person": many, "few": many[: FEWEST_OWN_PROMPTS - 1]}
    _put(
        blank_line,
        {name: _vectors(kinds) for name, kinds in accounts.items()},
        under,
        {"shared": 3, "own": 2},
    )
    found = own_prompts(blank_line.connection, WINDOW, per_account=64)
    rows = {name: (count, spread) for name, count, spread in found.rows()}
    assert rows["harvester"] == (8, pytest.approx(0.0, abs=0.01))
    assert rows["person"] == (10, pytest.approx(1.0, abs=0.01))
    assert rows["few"] == (FEWEST_OWN_PROMPTS - 1, None)


def test_a_provider_without_samples_has_no_rows(blank_line: Line) -> None:
    assert own_prompts(blank_line.connection, WINDOW, per_account=64).is_empty()
