"""Which prompts follow one template, over languages and places of the fixed part, and what hostile text does to it."""

import json
import time
from collections import Counter
from collections.abc import Sequence

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forensics.core.day_templates import TemplatePass, hashes_of
from forensics.core.template_names import fixed_texts
from forensics.core.text_buffers import buffers

FRAMES = {
    "english": "You are a careful judge of answers. Grade the answer below from {} points and give reasons for it: ",
    "german": "Bitte prüfe die folgende Antwort sorgfältig und vergib dann höchstens {} Punkte dafür, begründe es: ",
    "russian": "Пожалуйста проверь следующий ответ очень внимательно и поставь не более {} баллов за него сразу же: ",
    "arabic": "من فضلك راجع الإجابة التالية بعناية شديدة ثم امنحها ما لا يزيد عن {} نقاط فقط مع الأسباب: ",
    "hindi": "कृपया नीचे दिए गए उत्तर को ध्यान से जाँचें और अधिकतम {} अंक दें और कारण लिखें: ",
    "korean": "아래 답변을 아주 꼼꼼히 검토하고 근거를 자세히 적은 다음 최대 {} 점까지 점수를 꼭 매겨 주세요 감사합니다: ",  # noqa: E501
    "chinese": "请仔细检查下面的回答并说明理由然后给出最多{}分的分数要求逐步推理不要省略：",
    "japanese": "以下の回答を注意深く確認して理由を述べたうえで最大{}点の評価を必ず付けてください：",
    "tibetan": "ལན་མཐའ་མ་མ་སྤྲད་གོང་ཁྱེད་ཀྱི་བསམ་བློའི་རིམ་པ་ཚང་མ་ཞིབ་ཕྲ་འབྲི་རོགས་གནང་སྐར་{}་ལས་མང་བ་མ་སྤྲོད་ཅིག་",
    "javanese": "ꦠꦸꦭꦶꦱꦤ꧀ꦱꦧꦼꦤ꧀ꦭꦁꦏꦃꦥꦩꦶꦏꦶꦂꦩꦸꦏꦤ꧀ꦛꦶꦗꦭꦱ꧀ꦱꦢꦸꦫꦸꦔꦺꦩꦺꦤꦺꦃꦲꦶꦗꦮꦧꦤ꧀ꦭꦤ꧀ꦥꦫꦶꦔꦤꦧꦶꦗꦶꦩꦏ꧀ꦱꦶꦩꦭ꧀{}ꦥꦺꦴꦮꦶꦤ꧀꧈",
    "amharic": "የመጨረሻውን፡መልስ፡ከመስጠትህ፡በፊት፡ሁሉንም፡የአስተሳሰብ፡ደረጃዎችህን፡በዝርዝር፡እና፡በቅደም፡ተከተል፡ጻፍ፡ከ፡{}፡ነጥብ፡በላይ፡አትስጥ፡",
    "khmer": "សូមសរសេរជំហាននៃការគិតរបស់អ្នកទាំងអស់ដោយលម្អិតមុនពេលផ្តល់ចម្លើយចុងក្រោយ{}ពិន្ទុ",
    "lao": "ກະລຸນາຂຽນທຸກຂັ້ນຕອນຂອງຄວາມຄິດຂອງເຈົ້າຢ່າງລະອຽດກ່ອນທີ່ຈະໃຫ້ຄຳຕອບສຸດທ້າຍບໍ່ເກີນ{}ຄະແນນ",
    "burmese": "အဖြေမပေးမီသင်၏တွေးခေါ်မှုအဆင့်အားလုံးကိုအသေးစိတ်ရေးပါထို့နောက်အမှတ်{}ထက်မပိုပေးပါ",
    "adlam": "𞤅𞤢𞤤𞤥𞤢𞤲𞤣𞤮𞤱𞤭𞤲𞤣𞤢𞤩𞤵𞤪𞤢𞤤𞤫𞤧𞤭𞤲𞤣𞤫𞤪𞤳𞤢𞤤𞤢𞤴𞤮𞤱𞤭𞤲𞤣𞤢𞤥𞤢𞤲𞤢𞤳𞤮𞤣𞤮𞤲𞤮𞤣𞤢𞤱𞤢𞤬𞤢𞤪𞤮𞤥𞤭𞤲𞤮𞤱𞤭𞤲𞤣𞤢𞤥𞤢𞤲𞤢{}𞤳𞤢𞤤",
    "thai": "กรุณาตรวจคำตอบต่อไปนี้อย่างละเอียดแล้วให้คะแนนไม่เกิน{}คะแนนพร้อมเหตุผลที่ชัดเจนทุกครั้ง:",
}
"""Fixed beginnings of sixty units and more, each with a number in it."""

SLOTS = (
    "7",
    "12,5",
    "1.000.000",
    "98%",
    "https://example.com/a?b=c",
    '"a quoted item"',
    "deadbeefcafe0123",
    "```x = 1```",
)

LONG_START = "Please look at what one of our users has sent us this week and tell us what you think of it all: "
LONG_END = " and now write your whole reasoning down before you give the final answer to the reader please"


def _items(count: int, seed: int = 1, words: int = 30) -> list[str]:
    """Texts that have nothing in common but single words."""
    rng = np.random.default_rng(seed)
    vocabulary = ["".join(rng.choice(list("bdfgklmnprstvaeiou"), 6)) for _ in range(400)]
    return [" ".join(rng.choice(vocabulary, words)) for _ in range(count)]


def _templates(
    prompts: Sequence[str], systems: Sequence[str | None] | None = None, batch: int = 10_000
) -> pl.DataFrame:
    """Row, part, text and fill_hash of every fixed part."""
    frame = pl.DataFrame(
        {"prompt": prompts, "system": systems or [None] * len(prompts)},
        schema={"prompt": pl.String, "system": pl.String},
    )
    batches = list(frame.iter_slices(batch))
    reading = TemplatePass()
    for one in batches:
        reading.add(hashes_of(one["prompt"], one["system"]))
    parts = reading.assign(one["prompt"] for one in batches)
    text = pl.when(pl.col("part") == "system").then("system").otherwise("prompt").alias("text")
    carriers = parts.join(frame.with_row_index("row_number").cast({"row_number": pl.Int64}), on="row_number")
    examples = carriers.with_columns(text).sort("part", "key", "prompt")
    return parts.join(fixed_texts(examples), on=["part", "key"]).sort("row_number", "part")


def _texts(found: pl.DataFrame, part: str) -> list[str]:
    return found.filter(pl.col("part") == part)["text"].unique().sort().to_list()


@pytest.mark.parametrize("language", FRAMES)
def test_the_fixed_beginning_is_one_template_whatever_the_item(language: str) -> None:
    prompts = [FRAMES[language].format(number * 37) + item for number, item in enumerate(_items(30))]
    found = _templates(prompts)
    (text,) = _texts(found, "head")
    assert found.filter(pl.col("part") == "head").height == 30
    assert "{number}" in text
    assert found.filter(pl.col("part") == "head")["fill_hash"].n_unique() == 30


@pytest.mark.parametrize("language", FRAMES)
def test_a_fixed_end_is_one_template(language: str) -> None:
    found = _templates([item + "\n\n" + FRAMES[language].format(5) for item in _items(30)])
    assert len(_texts(found, "tail")) == 1
    assert set(found["part"]) == {"tail"}


@pytest.mark.parametrize("language", FRAMES)
def test_a_fixed_line_between_two_items_is_one_template(language: str) -> None:
    before, after = _items(30, seed=2), _items(30, seed=3)
    line = FRAMES[language].format(5)
    found = _templates([f"{one}\n{line}\n{other}" for one, other in zip(before, after, strict=True)])
    assert len(_texts(found, "middle")) == 1
    assert set(found["part"]) == {"middle"}


@pytest.mark.parametrize("language", FRAMES)
def test_a_prompt_that_varies_a_fixed_beginning_is_known_by_the_line_that_is_left(language: str) -> None:
    line = FRAMES[language].format(5)
    items = _items(30)
    found = _templates([*(f"{LONG_START}\n{line}\n{item}" for item in items[1:]), f"Hello\n{line}\n{items[0]}"])
    assert found["part"].to_list() == [*["head"] * 29, "middle"]
    assert found["text"][-1] in found["text"][0]


@pytest.mark.parametrize("language", FRAMES)
def test_a_system_prompt_alone_is_a_template(language: str) -> None:
    system = FRAMES[language].format(5)
    found = _templates(_items(30), [system] * 30)
    assert found.height == 30
    assert set(found["part"]) == {"system"}
    assert found["text"].n_unique() == 1


def test_a_system_prompt_that_begins_as_no_other_is_known_by_its_end() -> None:
    """Only where it has no beginning in common; one that ends as no other either has no template."""
    usual, rare, stranger = f"{LONG_START}{LONG_END}", f"{_items(1, 7)[0]}{LONG_END}", _items(1, 8)[0]
    found = _templates(_items(22), [usual] * 20 + [rare, stranger], batch=7)
    assert found["row_number"].to_list() == [*range(21)]
    assert set(found["text"][:20]) == {f"{LONG_START}{LONG_END}".lower().replace("  ", " ")}
    assert LONG_END.endswith(found["fixed"][20])


def test_a_slot_of_plain_words_near_the_beginning_does_not_hide_the_template() -> None:
    items = [item.split()[:2] for item in _items(30)]
    prompts = [
        f"Translate the following poem about {' '.join(i)} into German and keep the rhyme and metre." for i in items
    ]
    (text,) = _texts(_templates(prompts), "frame")
    assert text.startswith("translate the following poem … ") and text.endswith("keep the rhyme and metre.")


@pytest.mark.parametrize("slot", SLOTS)
def test_each_kind_of_slot_is_masked(slot: str) -> None:
    frame = "Please read the item {} with care and answer the question of our customers in one word: "
    prompts = [frame.format(filled) + item for filled, item in zip([slot, "5"] * 15, _items(30), strict=True)]
    heads = _texts(_templates(prompts[::2]), "head")
    assert len(heads) == 1
    assert slot.lower() not in heads[0] and "{" in heads[0]


def test_names_in_the_beginning_leave_the_next_sentence_as_template() -> None:
    names = [item.split()[0].title() for item in _items(20, seed=5)]
    fixed = "Explain the step in the way a patient teacher would do it for a small class of pupils."
    prompts = [f"You help {name} today. {fixed}\n{item}" for name, item in zip(names, _items(20), strict=True)]
    assert _texts(_templates(prompts), "middle") == [fixed.lower()]


@pytest.mark.parametrize("is_behind", [False, True])
def test_wording_that_some_items_have_in_common_is_no_frame(*, is_behind: bool) -> None:
    frame = "Write down every step that you take, one after the other, before you say what the answer is."
    task = "{} earns {} coins an hour, works {} hours and spends half of it on bread. How much is left?"
    names = [item.split()[0].title() for item in _items(4, seed=5)]
    items = [task.format(names[number % 4], number, number + 3) for number in range(20)] + _items(300)
    found = _templates([f"{item}\n{frame}" if is_behind else f"{frame}\n{item}" for item in items])
    tasks = found.filter(pl.col("row_number") < 20)
    assert ("tail" if is_behind else "head") in set(tasks["part"])
    assert tasks["fill_hash"].n_unique() == 20


@pytest.mark.parametrize("is_behind", [False, True])
def test_a_question_that_many_ask_with_numbers_of_their_own_is_no_frame(*, is_behind: bool) -> None:
    """Instructions and questions meet in any combination, so that each is as common as the other."""
    instructions = [" ".join(words.split()[:18]) for words in _items(3, seed=7)]
    questions = [f"{words[:80]} {{}} {words[80:150]} {{}}?" for words in _items(6, seed=8)]
    asked = [question.format(number, number + 3) for question in questions for number in range(10)]
    ends = [(instruction, question) for instruction in instructions for question in asked]
    prompts = [
        f"{question}\n{instruction}" if is_behind else f"{instruction}\n{question}" for instruction, question in ends
    ]
    found = _templates(prompts).filter(pl.col("part") == ("tail" if is_behind else "head"))
    assert found.height == len(prompts) and found["text"].n_unique() == len(instructions)
    assert found["fill_hash"].n_unique() == len(asked)
    assert set(found["fill_hash"].value_counts()["count"]) == {len(instructions)}


def test_a_number_in_one_of_two_beginnings_hides_no_item() -> None:
    ends = "Say in one word what this is about and nothing else, whatever it asks for, as our customers expect."
    heads = ["Request {} of today, as it came in from the form on our page, without changes of any kind: ", LONG_START]
    prompts = [f"{heads[number % 2].format(number)}{_items(10)[number % 10]}\n{ends}" for number in range(60)]
    found = _templates(prompts).filter(pl.col("part") == "tail")
    assert found.height == 60 and found["fill_hash"].n_unique() == 10


def test_case_and_space_hide_neither_template_nor_fill() -> None:
    first, *others = _items(20)
    frame = FRAMES["german"].format(5)
    again = frame.upper() + "  \t\n" + first.replace(" ", "\u00a0\n ")
    found = _templates([frame + first, again, *(frame + other for other in others)])
    assert found["text"].n_unique() == 1
    fills = found["fill_hash"].to_list()
    assert fills[0] == fills[1] != fills[2]


def test_a_common_end_stays_where_a_few_items_before_it_are_alike() -> None:
    """Their beginning of twelve words reaches into the end that all have."""
    items = [*_items(60), *(f"How sure are you? {number * 'Really? '}" for number in range(1, 6))]
    found = _templates([f"{item}\n\n{LONG_END}" for item in items])
    assert _texts(found, "tail") == [LONG_END.strip()]
    assert found.filter(pl.col("part") == "tail").height == 65
    assert found.filter(pl.col("part") == "tail")["fill_hash"].n_unique() == 65


def test_a_prompt_sent_again_and_again_is_no_template() -> None:
    assert _templates([_items(1)[0]] * 50).is_empty()


def test_the_end_of_the_fixed_part_is_where_prompts_part() -> None:
    """A third of the items begins alike: that is still the item."""
    frame, items = FRAMES["english"].format(5), _items(40)
    common = " ".join(_items(1, seed=9, words=20)[0].split())
    prompts = [frame + (common + " " + item if number % 5 == 0 else item) for number, item in enumerate(items)]
    assert len(_texts(_templates(prompts), "head")) == 1


SHORT_SENTENCE = "Name what is odd about each of these letters."
SHORT_LINES = ("Name what is odd about each of these:", "[规则{}] 先写考虑，再写回答，使用提问的语言。")


@pytest.mark.parametrize("line", SHORT_LINES)
@pytest.mark.parametrize("part", ["head", "tail"])
def test_a_line_of_eight_words_is_fixed_where_five_prompts_have_it(line: str, part: str) -> None:
    items = _items(5)
    prompts = [f"{line}\n\n{item}" if part == "head" else f"{item}\n{line}" for item in items]
    found = _templates([prompt.replace("{}", str(300 + n)) for n, prompt in enumerate(prompts)])
    assert found["part"].to_list() == [part] * 5
    assert _texts(found, part) == [line.lower().replace("{}", "{number}")]
    assert found["fill_hash"].n_unique() == 5
    assert _templates(prompts[:4]).is_empty()
    assert _templates([prompt.replace("\n", " ") for prompt in prompts]).is_empty()


@pytest.mark.parametrize("part", ["head", "tail"])
def test_a_prompt_that_varies_all_but_a_sentence_of_eight_words_is_known_by_it(part: str) -> None:
    sentence = "You read letters of complaint for a small shop."
    items, varied = _items(9, seed=1), _items(3, seed=2)
    usual = "Say in one line what each customer wants and how upset they sound."
    if part == "head":
        alike = [f"{sentence} {usual}\n{item}" for item in items]
        others = [f"{sentence} {item}" for item in varied]
    else:
        alike = [f"{item}.\n{usual} {sentence}" for item in items]
        others = [f"{item}. {sentence}" for item in varied]
    found = _templates(alike + others)
    assert found["part"].to_list() == [part] * 12
    assert set(found["fixed"][9:]) == {sentence.lower()}
    assert usual.lower() in found["text"][0]
    # More go on in their own way than as the instruction does: so people begin.
    many = [own.replace(item, new) for own, item, new in zip(others * 7, varied * 7, _items(21, seed=3), strict=True)]
    assert _templates(alike + many)["row_number"].to_list() == [*range(9)]


def test_a_sentence_and_a_line_of_the_same_words_are_one() -> None:
    items = _items(7)
    prompts = [f"{SHORT_SENTENCE}{' ' if number < 2 else chr(10)}{item}" for number, item in enumerate(items)]
    found = _templates(prompts)
    assert found["row_number"].to_list() == [*range(7)]
    assert found["key"].n_unique() == 1


def test_a_short_item_behind_a_line_of_eight_words_is_its_fill() -> None:
    found = _templates([f"{SHORT_LINES[0]}\n{item}" for item in _items(6, words=1)])
    assert found["part"].to_list() == ["head"] * 6
    assert found["fill_hash"].n_unique() == 6


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.text(max_size=300), min_size=1, max_size=12), st.integers(1, 5), st.randoms(use_true_random=False))
def test_order_and_batches_change_nothing(prompts: list[str], batch: int, random: object) -> None:
    prompts = prompts + [FRAMES["chinese"].format(1) + prompt for prompt in prompts]
    order = list(range(len(prompts)))
    random.shuffle(order)  # type: ignore[attr-defined]
    found = _templates(prompts).drop("row_number", "key")
    shuffled = _templates([prompts[place] for place in order], batch=batch)
    back = shuffled.with_columns(pl.Series("row_number", np.array(order))[shuffled["row_number"].to_numpy()])
    assert back.sort("row_number", "part").drop("row_number", "key").equals(found)


def _depths(texts: list[str]) -> list[int]:
    """The documented rule, word by word: how many words from the start are fixed (0: none)."""
    distinct, marks = set(texts), [12, 18, 27, 40, 60, 90]
    starts = Counter(tuple(text.split()[:mark]) for text in distinct for mark in marks if len(text.split()) >= mark)
    shorts, lines, alike = Counter[tuple[str, ...]](), Counter[tuple[str, ...]](), Counter[tuple[str, ...]]()
    for text in distinct:
        words, (end, is_line) = text.split(), _short_end(text)
        short = tuple(words[:end])
        shorts[short] += 1
        lines[short] += is_line
        alike[short] = max(alike[short], starts[tuple(words[:12])])
    found = []
    for text in texts:
        words, (end, _) = text.split(), _short_end(text)
        short = tuple(words[:end])
        is_fixed = lines[short] >= 5 or (shorts[short] >= 5 and 3 * (alike[short] - 1) >= shorts[short])
        # How many have the line in common says nothing of where longer beginnings end.
        depth, agreeing = (end if is_fixed else 0), 0
        for mark in marks:
            agree = starts[tuple(words[:mark])] if len(words) >= mark else 0
            if agree < 2 or 3 * (agree - 1) < agreeing:
                break
            depth, agreeing = mark, agree
        found.append(depth)
    return found


def test_a_line_that_many_begin_with_cuts_no_longer_instruction_off() -> None:
    line = "you are a careful assistant who answers every question\n"
    instruction = line + " ".join(f"rule{place}" for place in "abcdefghijklmnopqrstuvwxyz") + " "
    own = [instruction + " ".join(f"own{number}x{place}" for place in range(20)) for number in range(20)]
    others = [line + " ".join(f"other{number}x{place}" for place in range(40)) for number in range(200)]
    found = _templates(own + others).filter(pl.col("part") == "head", pl.col("row_number") < len(own))
    assert found["fixed"].str.contains("ruleq").to_list() == [True] * len(own)


def _short_end(text: str) -> tuple[int, bool]:
    """Words before the first line's end between the eighth word and the twelfth, else the first sentence's, or 0.

    And whether a line ends there.
    """
    lines = np.cumsum([len(line.split()) for line in text.strip().split("\n")])[:-1]
    sentences = [number + 1 for number, word in enumerate(text.split()[:-1]) if word.endswith(".")]
    line, sentence = (int(next((end for end in ends if 8 <= end < 12), 0)) for ends in (lines, sentences))
    return (line or sentence, line > 0)


@pytest.mark.parametrize("seed", range(5))
def test_beginnings_are_what_counting_by_hand_gives(seed: int) -> None:
    rng = np.random.default_rng(seed)
    stems = [[f"w{chr(97 + letter)}" for letter in rng.integers(0, 3, 40)] for _ in range(4)]
    prompts = []
    for _ in range(200):
        stem = stems[rng.integers(0, 4)][: rng.integers(8, 40)]
        words = stem + [f"x{chr(97 + letter)}" for letter in rng.integers(0, 2, rng.integers(0, 30))]
        ended = [word + "." if n in (seed + 5, seed + 8) else word for n, word in enumerate(words)]
        lines = (seed + 6, seed + 9) if rng.integers(0, 2) else ()
        prompts.append("".join(word + ("\n" if n in lines else " ") for n, word in enumerate(ended)))
    found = _templates(prompts).filter(pl.col("part") == "head")
    lengths = dict(zip(found["row_number"], found["fixed"].str.split(" ").list.len(), strict=True))
    assert [lengths.get(row, 0) for row in range(200)] == _depths(prompts)


UNSEEN = "\u00ad\u034f\u061c\u200b\u200c\u200d\u200e\u202e\u2060\ufe0f\ufeff\U000e0041"


@pytest.mark.parametrize("language", FRAMES)
def test_characters_that_nobody_sees_hide_neither_template_nor_fill(language: str) -> None:
    rng = np.random.default_rng(1)
    prompts = [FRAMES[language].format(5) + item for item in _items(20)]
    strewn = ["".join(sign + rng.choice([*UNSEEN, ""]) for sign in prompt) for prompt in prompts]
    found = _templates([*prompts[:10], *strewn[10:], *strewn[:10]])
    assert found.height == 30
    assert found["text"].n_unique() == 1
    assert found["fill_hash"].n_unique() == 20


@pytest.mark.parametrize("is_escaped", [False, True])
@pytest.mark.parametrize("part", ["head", "tail", "middle"])
@pytest.mark.parametrize("language", FRAMES)
def test_an_instruction_in_a_string_of_json_is_a_template(language: str, part: str, *, is_escaped: bool) -> None:
    frame, items = FRAMES[language].format(5), _items(20)
    fields = {
        "head": [{"task": frame, "answer": item} for item in items],
        "tail": [{"answer": item, "task": frame} for item in items],
        "middle": [[{"text": item}, {"task": "\n" + frame}, {"text": item[::-1]}] for item in items],
    }
    found = _templates([json.dumps(field, ensure_ascii=is_escaped) for field in fields[part]])
    assert found["part"].to_list() == [part] * 20
    assert found["text"].n_unique() == 1
    assert found["fill_hash"].n_unique() == 20


def test_json_is_opened_where_all_of_the_prompt_is() -> None:
    from forensics.core.text_buffers import texts_of, words_buffers

    texts = [
        '{"a": "B\\u200b\\n\\u00C4\\ud83d\\ude00\\"c\\""}',
        '{"a": "b"} What is this?',
        "[1] Was",
        None,
        '["\\',
        '{"\\ud83d"}',
        "{}",
    ]
    read = texts_of(*words_buffers(pl.Series(texts, dtype=pl.String))).to_list()
    assert read == ['{\na\n: \nb\nä😀"c"\n}', '{"a": "b"} what is this?', "[1] was", "", '["\\', "{\n\ufffd\n}", "{}"]


def test_a_key_is_a_slot_and_a_long_run_of_letters_is_none() -> None:
    frame = "Please read the item {} with care and answer the question of our customers in one word: "
    keys = ["k3y" * 30, "=" * 90, "═" * 40, "Zm9v" * 20]
    assert len(_texts(_templates([frame.format(key) + item for key in keys for item in _items(8)]), "head")) == 1


def test_hostile_text_costs_its_window_and_breaks_nothing() -> None:
    bombs = [
        '"' * 500_000,
        "“" * 300_000,
        "a" * 1_000_000,
        "```" * 300_000,
        " " * 1_000_000,
        "\0" * 1000,
        "语" * 400_000,
    ]
    bombs += ["", " ", "\n\t", "`" * 50_000, "1." * 200_000, "“a" * 200_000, "https://" * 100_000, "\u202e" * 1000]
    _templates(bombs[:1])
    begun = time.process_time()
    found = _templates(bombs * 2, bombs * 2)
    assert time.process_time() - begun < 10
    assert max(found["text"].str.len_bytes().to_list()) < 400_000


def test_an_empty_or_missing_text_has_no_template() -> None:
    assert _templates(["", " ", "\n\t"] * 3).is_empty()
    assert _templates([]).is_empty()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0xEF46DB3751D8E999),
        ("abc", 0x44BC2CF5AD770999),
        ("The quick brown fox jumps over the lazy dog", 0x0B242D361FDA71BC),
    ],
)
def test_hashes_are_xxh64(text: str, expected: int) -> None:
    """Values of the reference implementation."""
    from forensics.core.prompt_kernels import text_hashes

    assert text_hashes(*buffers(pl.Series([text]))).tolist() == [expected]


def test_the_short_way_through_a_word_finds_what_the_long_way_finds() -> None:
    from forensics.core.characters import ends_sentence
    from forensics.core.lexing import PLAIN, WORD_UNITS, any_word, plain_word

    rng = np.random.default_rng(3)
    signs = [
        *"abxyw.,:;!?'\"`/-0159",
        "é",
        "я",
        "ß",
        "؟",
        "字",
        "«",
        "x" * 63,
        "x" * 64,
        "x" * 65,
        "www.",
        "://",
        "```",
    ]
    taken = 0
    for _ in range(4000):
        word = "a" + "".join(rng.choice(signs, rng.integers(0, 6)))
        word = word[rng.integers(0, 2) :] or "a"
        data = np.frombuffer(f"{word} and".encode(), dtype=np.uint8)
        for end in (len(word.encode()), len(data)):
            stop, state, last = plain_word(data, 0, end)
            if stop and (97 <= data[0] <= 122 or 0xC3 <= data[0] <= 0xD7):
                *found, sign = any_word(data, 0, end)
                assert found == [stop, state, PLAIN, WORD_UNITS], word
                assert ends_sentence(last) == ends_sentence(sign), word
                taken += 1
    assert taken > 500
