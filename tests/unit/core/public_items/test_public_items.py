"""Public items in prompts: exact, mutated, absent; and lists that are no lists."""

import itertools
import json
import random
from pathlib import Path

import polars as pl
import pytest

from forensics.core.public_items import PublicItems, build_list, matches, read_lists
from forensics.core.public_items.grams import grams_of, words_with_numbers
from forensics.errors import SettingsError

ITEMS = (
    "A bakery sells 24 loaves each morning and 18 each afternoon. How many loaves does it sell in 5 days?",
    "Ein Bauer hat 17 Schafe, verkauft 9 davon auf dem Markt und kauft 4 Ziegen. Wie viele Tiere hat er dann?",
    "小明有三十二个苹果，送给同学十五个以后又买了八个，请问小明现在一共有多少个苹果？",
    "У фермера было 60 литров молока, он продал половину и вылил ещё 7. Сколько литров осталось?",
    "Which gas do green plants take in from the air while they make sugar out of sunlight and water?",
)
SHORT = "What is 2 plus 2?"


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> list[PublicItems]:
    folder = tmp_path_factory.mktemp("lists")
    lines = [json.dumps({"text": item, "answer": "?"}) for item in ITEMS] + ["", json.dumps(SHORT)]
    (folder / "items.jsonl").write_text("\n".join(lines), "utf-8")
    assert build_list(folder / "items.jsonl", folder / "items.parquet", "sums") == {"items_read": 7, "items_kept": 5}
    return read_lists([str(folder / "items.parquet")])


def _found(lists: list[PublicItems], *prompts: str) -> list[tuple[int, int, str]]:
    return matches(pl.Series(prompts, dtype=pl.String), lists).select("row", "item", "overlap").rows()


def test_an_item_is_exact_whatever_stands_around_it_and_however_it_is_set(lists: list[PublicItems]) -> None:
    prompts = [f"Answer in one word!\n\n{item.upper()} Think step by step." for item in ITEMS]
    prompts += [" ".join(ITEMS[0].split(" ")).replace(",", "").replace(" ", "  ")]
    assert _found(lists, *prompts) == [(row, row % 5 + 1, "exact") for row in range(6)]


def test_other_numbers_and_names_are_a_mutation(lists: list[PublicItems]) -> None:
    rng = random.Random(3)
    prompts = [
        "".join(str(rng.randint(2, 99)) if part.isdigit() else part for part in _numbers_apart(item))
        for item in (ITEMS[0], ITEMS[1], ITEMS[3])
    ]
    prompts.append(ITEMS[4].replace("green plants", "the kelp of cold seas").replace("sugar", "starch"))
    assert [row[2] for row in _found(lists, *prompts)] == ["mutated"] * 4
    shares = matches(pl.Series(prompts), lists)["overlap_share"]
    assert shares[:3].min() == 1.0 and 1 / 3 <= shares[3] < 0.9


def test_a_part_word_for_word_is_neither_a_copy_nor_a_mutation(lists: list[PublicItems]) -> None:
    halves = [half for item in ITEMS for half in (item[: len(item) * 3 // 5], item[len(item) * 2 // 5 :])]
    within = [f"As my teacher wrote: {half} What did she mean, I wonder?" for half in halves]
    assert _found(lists, *halves, *within) == []
    # The same half with something changed inside is a mutation.
    changed = ITEMS[0][: len(ITEMS[0]) * 4 // 5].replace("morning", "evening")
    assert _found(lists, changed) == [(0, 1, "mutated")]


def test_prompts_on_the_same_matter_and_short_items_are_nothing(lists: list[PublicItems]) -> None:
    assert _found(lists, "How many loaves of bread does a bakery sell in a week?", SHORT, "", "苹果怎么保存？") == []
    assert _found(lists) == []


def test_shares_are_those_of_counting_by_hand(lists: list[PublicItems]) -> None:
    prompt = "Now: which gas do green plants take in from the soil while they make wood out of sunlight and water?"

    def grams(text: str) -> set[tuple[str, ...]]:
        words = "".join(letter if letter.isalnum() else " " for letter in text.lower()).split()
        return {tuple(words[at : at + 4]) for at in range(len(words) - 3)}

    expected = len(grams(ITEMS[4]) & grams(prompt)) / len(grams(ITEMS[4]))
    assert matches(pl.Series([prompt]), lists)["overlap_share"].to_list() == pytest.approx([expected])


def test_the_order_of_prompts_does_not_count(lists: list[PublicItems]) -> None:
    prompts = [*ITEMS, "nothing", *ITEMS]
    assert _found(lists, *prompts[::-1]) == [
        (10 - row, item, kind) for row, item, kind in _found(lists, *prompts)[::-1]
    ]


def test_a_list_holds_hashes_and_no_text(tmp_path: Path) -> None:
    (tmp_path / "items.jsonl").write_text(json.dumps({"text": ITEMS[0]}), "utf-8")
    build_list(tmp_path / "items.jsonl", tmp_path / "out.parquet", "sums")
    content = (tmp_path / "out.parquet").read_bytes()
    assert b"bakery" not in content and b"loaves" not in content
    grams, *_ = grams_of(words_with_numbers(pl.Series([ITEMS[0]])), numbers_alike=False)
    stored = pl.read_parquet(tmp_path / "out.parquet").filter(~pl.col("numbers_alike"))["gram"]
    assert sorted(stored) == sorted(grams.tolist())


def test_phrases_that_many_items_share_are_nobodys(tmp_path: Path) -> None:
    words = ["".join(pair) for pair in itertools.product("abcdefghijklmnopqrst", repeat=2)]
    lines = [
        f"Which of the following statements is true: {' '.join(words[at * 10 : at * 10 + 12])}" for at in range(30)
    ]
    (tmp_path / "items.jsonl").write_text("\n".join(json.dumps(line) for line in lines), "utf-8")
    build_list(tmp_path / "items.jsonl", tmp_path / "out.parquet", "choices")
    common = "Which of the following statements is true: none of what my colleague said about it yesterday at lunch?"
    assert _found(read_lists([str(tmp_path / "out.parquet")]), common) == []


def test_a_line_ends_at_a_line_feed_and_nowhere_else(tmp_path: Path) -> None:
    texts = [item.replace(" ", between, 1) for item, between in zip(ITEMS, "\u2028\u0085\u2029 \x7f", strict=True)]
    lines = "\r\n".join(json.dumps({"text": text}, ensure_ascii=False) for text in texts)
    (tmp_path / "items.jsonl").write_bytes((lines + "\r\n").encode("utf-8-sig"))
    assert build_list(tmp_path / "items.jsonl", tmp_path / "items.parquet", "sums")["items_read"] == len(ITEMS)


def test_every_line_without_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "items.jsonl").write_text('{"text": 3}\n{"text": "fine"}\nnot json\n[1]', "utf-8")
    with pytest.raises(SettingsError) as refusal:
        build_list(tmp_path / "items.jsonl", tmp_path / "out.parquet", "bad")
    assert [fault.split(" ")[1] for fault in refusal.value.faults] == ["1", "3", "4"]
    (tmp_path / "items.jsonl").write_text(json.dumps(SHORT), "utf-8")
    with pytest.raises(SettingsError, match="No item"):
        build_list(tmp_path / "items.jsonl", tmp_path / "out.parquet", "short")


def test_every_file_that_is_no_list_is_named(tmp_path: Path) -> None:
    pl.DataFrame({"a": [1]}).write_parquet(tmp_path / "other.parquet")
    with pytest.raises(SettingsError) as refusal:
        read_lists([str(tmp_path / "other.parquet"), str(tmp_path / "missing.parquet")])
    assert len(refusal.value.faults) == 2 and "public-items build" in refusal.value.next_step


def _numbers_apart(text: str) -> list[str]:
    import re

    return re.split(r"(\d+)", text)
