"""Which prompts follow one template, over many languages, and what hostile text does to the one pass over it."""

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forensics.core.prompt_text import (
    HEAD_CHARACTERS,
    SKELETON_WORDS,
    UNSPACED_CHARACTERS,
    with_text_columns,
)

FRAMES = {
    "english": "You are a careful judge of answers. Grade the answer below from {} points: ",
    "german": "Bitte prüfe die folgende Antwort sorgfältig und vergib dann höchstens {} Punkte dafür: ",
    "russian": "Пожалуйста проверь следующий ответ очень внимательно и поставь не более {} баллов за него: ",
    "arabic": "من فضلك راجع الإجابة التالية بعناية ثم امنحها ما لا يزيد عن {} نقاط فقط: ",
    "hindi": "कृपया नीचे दिए गए उत्तर को ध्यान से जाँचें और अधिकतम {} अंक दें: ",
    "korean": "아래 답변을 꼼꼼히 검토하고 근거를 자세히 적은 다음 최대 {} 점까지 점수를 매겨 주세요 감사합니다: ",
    "chinese": "请仔细检查下面的回答并说明理由然后给出最多{}分的分数要求逐步推理：",
    "japanese": "以下の回答を注意深く確認して理由を述べたうえで最大{}点の評価を付けてください：",
    "thai": "กรุณาตรวจคำตอบต่อไปนี้อย่างละเอียดแล้วให้คะแนนไม่เกิน{}คะแนนพร้อมเหตุผล:",
}
SLOTS = ("7", "12,5", "1.000.000", "98%", "https://example.com/a?b=c", '"a quoted item"', "deadbeefcafe0123")


def _text(*prompts: str, system: str | None = None) -> pl.DataFrame:
    rows = {"prompt": prompts, "system_prompt": [system] * len(prompts)}
    return with_text_columns(pl.DataFrame(rows, schema={"prompt": pl.String, "system_prompt": pl.String}))


@pytest.mark.parametrize("language", FRAMES)
def test_the_fixed_text_names_the_template_whatever_number_fills_it(language: str) -> None:
    prompts = [FRAMES[language].format(slot) + slot for slot in ("3", "10", "4.5", "99%")]
    assert _text(*prompts)["head"].n_unique() == 1


@pytest.mark.parametrize("language", FRAMES)
def test_case_and_space_do_not_hide_a_template(language: str) -> None:
    prompt = FRAMES[language].format(5)
    assert _text(prompt, prompt.upper(), "  \t\n" + prompt.replace(" ", "\u00a0\n "))["head"].n_unique() == 1


def test_different_requests_have_different_templates_in_every_language() -> None:
    heads = _text(*(frame.format(5) for frame in FRAMES.values()))["head"]
    assert heads.n_unique() == len(FRAMES)
    assert heads.null_count() == 0


@pytest.mark.parametrize("language", FRAMES)
def test_one_changed_word_at_the_beginning_is_another_template(language: str) -> None:
    prompt = FRAMES[language].format(5)
    assert _text(prompt, "Xyz " + prompt)["head"].n_unique() == 2


@pytest.mark.parametrize("slot", SLOTS)
def test_each_kind_of_slot_is_masked(slot: str) -> None:
    head = _text(f"Please read the item {slot} and answer in one word.")["head"][0]
    assert slot.lower() not in head
    assert "{" in head
    assert head == _text(f"Please read the item {slot} and answer in one word.")["head"][0]


def test_code_is_masked_also_when_its_end_is_cut_off() -> None:
    code = "print('x')\n" * 100
    frame = _text(f"Review this:\n```python\n{code}```\nThanks a lot.", f"Review this:\n```python\n{code[::-1]}")
    assert frame["head"].to_list() == ["review this: {code}"] * 2


def test_korean_has_spaces_and_gets_as_many_words_as_others() -> None:
    prompt = "이것은 매우 긴 한국어 문장이며 열두 단어를 넘도록 여러 단어를 계속해서 이어 붙인 것입니다 끝"
    assert len(_text(prompt)["head"][0].split()) == SKELETON_WORDS


def test_text_without_spaces_is_cut_by_characters() -> None:
    frame = _text("数据模型语言学习研究分析问题方法结果系统" * 20)
    assert len(frame["head"][0]) == UNSPACED_CHARACTERS
    assert len(frame["tail"][0]) == UNSPACED_CHARACTERS


def test_a_fixed_end_is_a_tail_template_of_long_prompts_only() -> None:
    end = " and now write your whole reasoning down before you give the final answer please"
    long = [f"{'abc'[number]}word " * 60 + end for number in range(3)]
    frame = _text(*long, "short" + end)
    assert frame["tail"][:3].n_unique() == 1
    assert frame["tail"][3] is None
    assert frame["head"].n_unique() == 4


def test_an_empty_or_missing_text_has_no_template() -> None:
    frame = _text("", "   ", "\n\t", system=None)
    assert frame["head"].to_list() == [None] * 3
    assert frame["system"].to_list() == [None] * 3
    assert frame["prompt_characters"].to_list() == [0, 3, 2]


@pytest.mark.parametrize(
    ("prompt", "reasoning", "grading"),
    [
        ("Explain it STEP BY STEP please", True, False),
        ("请一步一步解答", True, False),
        ("Por favor, resuélvelo paso a paso", True, False),
        ("Rate the response with this rubric", False, True),
        ("请给这个回答打分", False, True),
        ("What is the weather?", False, False),
        ("a.b is not a regular expression: step.by.step", False, False),
    ],
)
def test_cues_are_found_in_any_language_and_read_literally(prompt: str, reasoning: bool, grading: bool) -> None:
    row = _text(prompt).row(0, named=True)
    assert (row["reasoning"], row["grading"]) == (reasoning, grading)


def test_a_megabyte_costs_no_more_than_its_beginning_and_its_end() -> None:
    bomb = '"' * 500_000 + "(" * 500_000
    frame = _text(bomb, "a" * 1_000_000, "```" * 300_000, " " * 1_000_000, system="\0" * 1_000_000)
    assert frame["head"].str.len_chars().max() <= HEAD_CHARACTERS * 4
    assert frame["prompt_characters"].to_list() == [1_000_000, 1_000_000, 900_000, 1_000_000]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.text(max_size=400), min_size=1, max_size=20), st.randoms(use_true_random=False))
def test_masks_never_raise_and_each_prompt_is_read_by_itself(prompts: list[str], random: object) -> None:
    frame = _text(*prompts)
    order = list(range(len(prompts)))
    random.shuffle(order)  # type: ignore[attr-defined]
    shuffled = _text(*(prompts[index] for index in order))
    assert frame[order].equals(shuffled)
    assert frame["prompt_characters"].to_list() == [len(prompt) for prompt in prompts]
    assert frame["reasoning"].null_count() == frame["grading"].null_count() == 0
