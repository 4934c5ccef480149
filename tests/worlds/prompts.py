"""Prompts of a tiny world: invented words in several scripts, so that strangers agree by chance alone."""

from collections.abc import Sequence

import numpy as np

_SYLLABLES = {
    "latin": ["ba", "ri", "to", "men", "sul", "kor", "vi", "del", "pan", "ges", "lo", "mar", "ste", "qui"],
    "cyrillic": ["ба", "ри", "то", "мен", "сул", "кор", "ви", "дел", "пан", "гес", "ло", "мар", "сте", "кви"],
    "arabic": ["با", "ري", "تو", "من", "سل", "كر", "في", "دل", "بن", "جس", "لو", "مر", "ست", "كي"],
    "han": list("数据模型语言学习研究分析问题方法结果系统信息时间世界工作发展"),
}

COMMON_PROMPTS = (
    "hi",
    "thanks",
    "continue",
    "Fix the grammar of this text.",
    "Explain it step by step.",
    "Translate this into English.",
    "What is the capital of France?",
    "你好",
    "Schreibe eine Antwort auf diese E-Mail.",
    "",
)
"""What everybody asks now and then."""

SHARED_HARNESS = (
    "Work through the task below and show your reasoning process before the final answer. Topic: {topic}. Task: {item}"
)
"""The work order of a hydra: a fixed frame, a topic that sweeps, an item that never comes twice."""

APP_FRAME = "Acme Receipt Reader v3. Extract vendor, date and total from the receipt below as JSON. Receipt: {item}"
CLASS_TASK = "Exercise {number} of the course in statistics: derive the estimator step by step. My data are {item}"


class Phrasebook:
    """Random prompts from one generator; the same seed gives the same prompts."""

    def __init__(self, rng: np.random.Generator) -> None:
        """Draw the vocabulary of each script."""
        self.rng = rng
        self._words = {script: self._vocabulary(script) for script in _SYLLABLES}

    def _vocabulary(self, script: str) -> list[str]:
        if script == "han":
            return _SYLLABLES["han"]
        syllables = _SYLLABLES[script]
        drawn = self.rng.integers(0, len(syllables), (300, 3)).tolist()
        return ["".join(syllables[number] for number in word) for word in drawn]

    def one_of(self, choices: Sequence[str]) -> str:
        """One of the texts."""
        return choices[int(self.rng.integers(0, len(choices)))]

    def words(self, count: int, script: str = "latin") -> str:
        """So many random words of a script; Han is written without spaces."""
        words = self._words[script]
        drawn = self.rng.integers(0, len(words), count).tolist()
        return ("" if script == "han" else " ").join([words[number] for number in drawn])

    def chat(self, script: str) -> str:
        """What a person asks: mostly something of their own, now and then what everybody asks."""
        if self.rng.random() < 0.2:
            return self.one_of(COMMON_PROMPTS)
        return self.words(int(self.rng.integers(4, 50)), script)

    def harness(self, topics: Sequence[str]) -> str:
        """One item of a hydra's work queue."""
        return SHARED_HARNESS.format(topic=self.one_of(topics), item=self.words(30))
