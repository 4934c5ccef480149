"""The sampled prompts: which are chosen, that days merge, that order does not count, and that embedders do not mix."""

import hashlib
import zlib
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from forensics.core.embeddings import prompt_vectors
from forensics.core.embeddings.words import excerpt
from forensics.core.prompt_samples import as_blobs, choose_prompts, copied, embed_prompts, from_blobs, keep_prompts
from forensics.core.public_items import build_list, read_lists
from forensics.errors import EmbedderError
from forensics.features.sampled_prompts import embedder_of, prompts_in_parts, read_prompts
from forensics.window import Window
from tests.worlds.line import Line, put_frame
from tests.worlds.tiny import FIRST_DAY

PER_DAY = 3
SECOND_DAY = date.fromordinal(FIRST_DAY.toordinal() + 1)
HOSTILE = ("", "\x00' OR 1=1; --", "\u202e" * 50, "x" * 5000, "🏴‍☠️" * 400, '{"a": "\\ud800"}', "</script>")


def _prompts(day: date, count: int = 40) -> pl.DataFrame:
    """Exchanges of five accounts, one with hostile texts, one with a single prompt."""
    rows = [
        (f"account-{number % 4}", f"{day}-{number}", f"Explain topic {number} to group {number % 7}")
        for number in range(count)
    ]
    rows += [("hostile", f"{day}-hostile-{number}", text) for number, text in enumerate(HOSTILE)]
    return pl.DataFrame(
        [*rows, ("single", f"{day}-single", "Once only")], schema=["account_id", "exchange_id", "prompt"], orient="row"
    )


def _sum_up(
    line: Line, frame: pl.DataFrame, day: date, *, embedder: str = "hashing", per_day: int = PER_DAY, lists=()
) -> None:  # type: ignore[no-untyped-def]
    """Sample and embed a day's prompts, as the day's pass does, and store the rows."""
    _keep(line, frame, day, per_day, whole=bool(lists))
    embed_prompts(line.connection, prompt_vectors(embedder), day, lists)
    for table, made in {
        "prompt_samples": "day_prompt_samples",
        "sample_days": "day_sample_sums",
        "public_items": "day_public_items",
    }.items():
        before = f"FROM core.{table} WHERE snapshot_date <> '{day}'"
        put_frame(line.connection, f"core.{table}", line.frame(f"{before} UNION ALL BY NAME FROM {made}"))


def _keep(line: Line, frame: pl.DataFrame, day: date, per_day: int, *, whole: bool) -> None:
    """Choose and keep prompts, which come in two batches."""
    given = frame.with_row_index("row_number").with_columns(snapshot_date=pl.lit(day))
    line.connection.register("given", given.drop("prompt").to_arrow())
    line.connection.execute("CREATE OR REPLACE TEMP TABLE day_exchanges AS FROM given")
    choose_prompts(line.connection, per_day)
    batches = [frame["prompt"][:20], frame["prompt"][20:]]
    assert [len(batch) for batch in keep_prompts(line.connection, batches, whole=whole)] == list(map(len, batches))


def test_chosen_prompts_do_not_hold_the_text_of_their_batch() -> None:
    before = pa.total_allocated_bytes()
    prompts = pl.DataFrame(pa.table({"prompt": [f"{number} " + "long " * 200 for number in range(3_000)]}))["prompt"]
    wanted = [prompts[7], prompts[2_000]]
    kept = copied(prompts, np.array([7, 2_000]))
    assert pa.total_allocated_bytes() - before > 3_000_000
    del prompts
    assert pa.total_allocated_bytes() - before < 10_000
    assert kept.to_list() == wanted
    assert copied(kept, np.array([], dtype=np.int64)).to_list() == []


def _rank(account: str, exchange: str) -> str:
    return hashlib.md5(f"{account}:{exchange}".encode(), usedforsecurity=False).hexdigest()[:12]


def test_the_smallest_hashes_of_each_account_are_kept(blank_line: Line) -> None:
    frame = _prompts(FIRST_DAY)
    _sum_up(blank_line, frame, FIRST_DAY)
    expected = {
        (account, exchange)
        for account in frame["account_id"].unique()
        for _, exchange in sorted(
            (_rank(account, exchange), exchange)
            for exchange in frame.filter(pl.col("account_id") == account)["exchange_id"]
        )[:PER_DAY]
    }
    found = blank_line.frame("SELECT account_id, exchange_id, sample_rank FROM core.prompt_samples")
    assert set(found.select("account_id", "exchange_id").rows()) == expected
    assert all(rank == _rank(account, exchange) for account, exchange, rank in found.rows())
    assert blank_line.frame("SELECT sample_count FROM core.sample_days WHERE account_id = 'single'").item() == 1


def test_neither_the_order_of_rows_nor_of_batches_changes_a_byte(blank_line: Line) -> None:
    query = "SELECT * FROM core.prompt_samples JOIN core.sample_days USING (snapshot_date, account_id) ORDER BY ALL"
    frame = _prompts(FIRST_DAY)
    _sum_up(blank_line, frame, FIRST_DAY)
    before = blank_line.frame(query)
    _sum_up(blank_line, frame.sample(fraction=1, shuffle=True, seed=5), FIRST_DAY)
    assert blank_line.frame(query).equals(before)


def test_days_merge_into_the_smallest_of_their_union(blank_line: Line) -> None:
    days = {day: _prompts(day) for day in (FIRST_DAY, SECOND_DAY)}
    for day, frame in days.items():
        _sum_up(blank_line, frame, day)
    window = Window(SECOND_DAY, 7)
    merged = read_prompts(blank_line.connection, window, pl.Series(["account-1"]), per_account=PER_DAY)
    _sum_up(blank_line, pl.concat(days.values()), SECOND_DAY)
    alone = read_prompts(blank_line.connection, Window(SECOND_DAY, 1), pl.Series(["account-1"]), per_account=PER_DAY)
    assert np.array_equal(merged.vectors, alone.vectors) and np.array_equal(merged.phrases, alone.phrases)


def test_reading_in_parts_is_reading_at_once(blank_line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    _sum_up(blank_line, _prompts(FIRST_DAY), FIRST_DAY)
    window, query = Window(FIRST_DAY, 7), "SELECT DISTINCT account_id FROM core.sample_days ORDER BY account_id"
    whole = read_prompts(blank_line.connection, window, blank_line.frame(query)["account_id"], per_account=64)
    monkeypatch.setattr("forensics.features.sampled_prompts.ACCOUNTS_AT_ONCE", 2)
    parts = list(prompts_in_parts(blank_line.connection, window, per_account=64))
    assert len(parts) == 3
    assert pl.concat([part.accounts for part in parts]).equals(whole.accounts)
    assert np.array_equal(np.concatenate([part.vectors for part in parts]), whole.vectors)
    assert np.array_equal(whole.owners(), np.repeat(np.arange(6), np.diff(whole.bounds)))


def test_hostile_prompts_are_sampled_like_any_other(blank_line: Line) -> None:
    _sum_up(blank_line, _prompts(FIRST_DAY), FIRST_DAY, per_day=20)
    row = blank_line.frame("SELECT * FROM core.sample_days WHERE account_id = 'hostile'").row(0, named=True)
    assert (row["sample_count"], row["compressed_prompt_count"]) == (len(HOSTILE), 4)
    assert 0 < row["compressed_bytes"] < row["prompt_bytes"]


def test_four_prompts_of_the_smallest_hash_are_compressed_together(blank_line: Line) -> None:
    prompts = _prompts(FIRST_DAY)
    _sum_up(blank_line, prompts, FIRST_DAY, per_day=20)
    own = prompts.filter(pl.col("account_id") == "account-0").rows()
    first = sorted(own, key=lambda row: _rank(row[0], row[1]))[:4]
    text = "\n".join(prompt for _, _, prompt in first).encode()
    row = blank_line.frame("SELECT * FROM core.sample_days WHERE account_id = 'account-0'").row(0, named=True)
    assert (row["prompt_bytes"], row["compressed_bytes"]) == (len(text), len(zlib.compress(text, 1)))
    # One prompt has nothing to be compressed with.
    single = blank_line.frame("SELECT * FROM core.sample_days WHERE account_id = 'single'").row(0, named=True)
    assert (single["compressed_prompt_count"], single["compressed_bytes"], single["prompt_bytes"]) == (0, 0, 0)


def test_an_excerpt_of_what_was_kept_is_the_excerpt_of_the_prompt(blank_line: Line) -> None:
    text = "".join(chr(97 + number % 26) for number in range(9_000))
    frame = pl.DataFrame({"account_id": ["a"], "exchange_id": ["e"], "prompt": [text]})
    for whole in (False, True):
        _keep(blank_line, frame, FIRST_DAY, 1, whole=whole)
        kept = blank_line.frame("SELECT prompt FROM day_sample_texts")["prompt"]
        assert len(kept[0]) < len(text)
        assert excerpt(kept).to_list() == excerpt(frame["prompt"]).to_list()


def test_vectors_of_two_embedders_are_not_compared(blank_line: Line) -> None:
    _sum_up(blank_line, _prompts(FIRST_DAY), FIRST_DAY, embedder="static-words")
    _sum_up(blank_line, _prompts(SECOND_DAY), SECOND_DAY)
    window = Window(SECOND_DAY, 7)
    with pytest.raises(EmbedderError) as refusal:
        read_prompts(blank_line.connection, window, pl.Series(["single"]), per_account=8)
    assert len(refusal.value.faults) == 2 and str(FIRST_DAY) in refusal.value.next_step
    assert embedder_of(blank_line.connection, Window(SECOND_DAY, 1)) == prompt_vectors("hashing").id
    assert embedder_of(blank_line.connection, Window(date(2020, 1, 1), 1)) is None


def test_public_items_are_found_in_the_sample(blank_line: Line, tmp_path: Path) -> None:
    item = "Mia has twelve red marbles and gives three of them to her brother before lunch; how many are left?"
    (tmp_path / "items.jsonl").write_text(f'{{"text": "{item}"}}\n', "utf-8")
    build_list(tmp_path / "items.jsonl", tmp_path / "items.parquet", "marbles")
    frame = _prompts(FIRST_DAY).with_columns(
        pl.when(pl.col("account_id") == "single").then(pl.lit("w " * 1500 + item)).otherwise("prompt").alias("prompt")
    )
    _sum_up(blank_line, frame, FIRST_DAY, lists=read_lists([str(tmp_path / "items.parquet")]))
    rows = blank_line.frame("SELECT account_id, item, overlap FROM core.public_items").rows()
    assert rows == [("single", 1, "exact")]
    named = blank_line.frame("SELECT DISTINCT public_item_lists FROM core.sample_days")["public_item_lists"].to_list()
    assert len(named) == 1 and named[0].startswith("marbles@")


def test_blobs_keep_numbers() -> None:
    for rows in (
        np.array([[-128, 127], [0, 1]], np.int8),
        np.array([[0, 2**32 - 1]], np.uint32),
        np.zeros((0, 3), np.int8),
    ):
        assert np.array_equal(from_blobs(as_blobs(rows), rows.dtype.type), rows[:, : rows.shape[1] if len(rows) else 0])
