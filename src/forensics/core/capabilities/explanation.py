"""Why a prompt has a capability: cues with the phrases found, shapes, its n-grams and the examples nearest to it.

The score is a sum, so the explanation is its terms, and what is left out of the list is said as one number.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.core.capabilities.classifier import EvidenceClassifier, first_of, tags_of
from forensics.core.capabilities.edges import edge_names, window_scores, with_pairs
from forensics.core.capabilities.evidence import Calls, visible_evidence, visible_names
from forensics.core.capabilities.excerpts import EDGES, Excerpts, excerpts_of
from forensics.core.capabilities.gram_weighing import weigh_grams
from forensics.core.capabilities.grams import gram_matrix, grams
from forensics.core.capabilities.loading import load_classifier

TERMS_SHOWN = 8
EXAMPLES_SHOWN = 3
PHRASES_SHOWN = 6
PHRASE_CHARACTERS = 60
"""What a page has room for."""


@dataclass(frozen=True)
class Term:
    """One piece of evidence.

    Attributes:
        kind: cues, shape or words.
        name: the list of cues, two of them that were found together, the shape, or the n-gram itself.
        phrases: the phrases of the list that were found.
        contribution: what it adds to the log-odds.
    """

    kind: str
    name: str
    phrases: tuple[str, ...]
    contribution: float


@dataclass(frozen=True)
class Verdict:
    """What is said of one capability.

    Attributes:
        capability: its name.
        applies: whether the prompt has it.
        score: log-odds: the sum of bias, the terms shown and the rest.
        bias: where every prompt starts.
        terms: the strongest, by size.
        rest: the sum of all other terms.
    """

    capability: str
    applies: bool
    score: float
    bias: float
    terms: tuple[Term, ...]
    rest: float


@dataclass(frozen=True)
class Nearest:
    """An example of the taxonomy that shares n-grams with the prompt.

    Attributes:
        capability: whose example it is.
        example: its text.
        likeness: cosine of the hashed n-grams, 0 to 1.
    """

    capability: str
    example: str
    likeness: float


@dataclass(frozen=True)
class Explanation:
    """Why a prompt is tagged as it is.

    Attributes:
        first: the capability that names it.
        verdicts: of every capability that applies, the first one first, then the strongest that does not.
        nearest: the taxonomy's most alike examples.
    """

    first: str
    verdicts: tuple[Verdict, ...]
    nearest: tuple[Nearest, ...]


def explain(
    prompt: str, classifier: EvidenceClassifier | None = None, *, tool_count: int = 0, image_count: int = 0
) -> Explanation:
    """Explain one prompt's capabilities.

    Args:
        prompt: the prompt; whoever shows the explanation escapes it, as it is a caller's text.
        classifier: what reads it; the project's own if none.
        tool_count, image_count: what its exchange says.

    Returns:
        The explanation; its verdicts are those of the tags.
    """
    classifier = classifier or _own()
    taxonomy, prompts = classifier.taxonomy, pl.Series([prompt], dtype=pl.String)
    calls = Calls(np.array([tool_count]), np.array([image_count]))
    scores = classifier.scores(prompts, calls)
    tags = tags_of(scores, taxonomy)
    first = int(first_of(scores, tags, taxonomy)[0])
    order = sorted(np.flatnonzero(tags[0]), key=lambda column: (column != first, -scores[0, column]))
    others = [column for column in np.argsort(-scores[0], kind="stable") if not tags[0, column]]
    excerpts = excerpts_of(prompts)
    readings = _readings(classifier, excerpts, calls)
    verdicts = [
        _verdict(classifier, int(column), bool(tags[0, column]), float(scores[0, column]), readings)
        for column in [*order, *others[:1]]
    ]
    return Explanation(taxonomy.names[first], tuple(verdicts), _nearest(classifier, excerpts))


@lru_cache(maxsize=1)
def _own() -> EvidenceClassifier:
    classifier = load_classifier()
    assert isinstance(classifier, EvidenceClassifier)
    return classifier


@dataclass(frozen=True)
class _Reading:
    """What was read of a prompt, its whole or a window at one of its ends.

    Attributes:
        terms: kind, name and value of each piece of named evidence.
        weights: of them and of n-grams, each × capabilities or demands, and one bias each.
        columns: place in the taxonomy of each capability or demand.
        scores: of each.
        found: phrases, by list.
        pieces: n-grams: text, bucket and value.
    """

    terms: list[tuple[str, str, float]]
    weights: tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]
    columns: list[int]
    scores: NDArray[np.float32]
    found: dict[str, tuple[str, ...]]
    pieces: list[tuple[str, int, float]]


def _readings(classifier: EvidenceClassifier, excerpts: Excerpts, calls: Calls) -> list[_Reading]:
    """The windows of the one excerpt, then its whole."""
    weights, edges = classifier.weights, classifier.weights.edges
    hits, weighed = classifier.cues.features(excerpts)[1], weigh_grams(excerpts, classifier.gram_table)[1]
    scores = window_scores(hits, weighed, edges)[0]
    readings = []
    for window, values in enumerate(with_pairs(hits, edges.pairs)[0]):
        reach = EDGES[window % len(EDGES)]
        data = excerpts.data[:reach] if window < len(EDGES) else excerpts.data[-reach:]
        part = excerpts_of(pl.Series([data.tobytes().decode("utf-8", "ignore")]))
        named = zip(edge_names(classifier.taxonomy), values.tolist(), strict=True)
        terms = [("cues", name, value) for name, value in named]
        layer = edges.cues, edges.grams, edges.bias
        found = _phrases(classifier, part)
        readings.append(_Reading(terms, layer, edges.columns.tolist(), scores[window], found, _pieces(part)))
    visible = visible_evidence(excerpts, classifier.cues, calls)[0].tolist()
    names = visible_names(classifier.taxonomy.cue_lists)
    terms = [
        ("cues", name.split()[1], value) if name.startswith("cues ") else ("shape", name, value)
        for name, value in zip(names, visible, strict=True)
    ]
    layer, columns = (weights.visible, weights.grams, weights.bias), list(range(len(weights.bias)))
    least = np.full(len(columns), -np.inf, dtype=np.float32)
    return [*readings, _Reading(terms, layer, columns, least, _phrases(classifier, excerpts), _pieces(excerpts))]


def _verdict(
    classifier: EvidenceClassifier, column: int, applies: bool, score: float, readings: list[_Reading]
) -> Verdict:
    """A capability's verdict, by the reading that its score is from."""
    reading = next(
        one
        for one in readings
        if one is readings[-1] or (column in one.columns and one.scores[one.columns.index(column)] >= score - 1e-4)
    )
    place, (evidence, gram_weights, biases) = reading.columns.index(column), reading.weights
    terms: dict[tuple[str, str], float] = {}
    for (kind, name, value), weight in zip(reading.terms, evidence[:, place].tolist(), strict=True):
        terms[kind, name] = terms.get((kind, name), 0.0) + weight * value
    for text, bucket, value in reading.pieces:
        terms["words", text] = terms.get(("words", text), 0.0) + float(gram_weights[bucket, place]) * value
    ranked = sorted(((key, value) for key, value in terms.items() if value), key=lambda item: (-abs(item[1]), item[0]))
    shown = tuple(
        Term(kind, name, _phrases_of(name, reading.found) if kind == "cues" else (), round(value, 4))
        for (kind, name), value in ranked[:TERMS_SHOWN]
    )
    bias = float(biases[place])
    rest = score - bias - sum(term.contribution for term in shown)
    return Verdict(classifier.taxonomy.names[column], applies, score, bias, shown, rest)


def _phrases_of(name: str, found: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The phrases found of a list, or of each of a pair of lists."""
    return tuple(phrase for part in name.split(" & ") for phrase in found.get(part, ()))[:PHRASES_SHOWN]


def _phrases(classifier: EvidenceClassifier, excerpts: Excerpts) -> dict[str, tuple[str, ...]]:
    """The phrases found, by list."""
    _, phrases, _, wholes = classifier.cues.hits(excerpts)
    found: dict[str, dict[str, None]] = {}
    for phrase, whole in zip(phrases.tolist(), wholes.tolist(), strict=True):
        for place in classifier.cues.lists_of(phrase, whole):
            found.setdefault(classifier.cues.lists[place], {})[classifier.cues.texts[phrase]] = None
    return {name: tuple(texts)[:PHRASES_SHOWN] for name, texts in found.items()}


def _pieces(excerpts: Excerpts) -> list[tuple[str, int, float]]:
    """Each n-gram of the one excerpt, once: its text, its bucket and its value."""
    data = excerpts.data.tobytes()
    pieces: dict[int, str] = {}
    for kind in grams(excerpts):
        for bucket, begin, end in zip(kind.buckets.tolist(), kind.begins.tolist(), kind.ends.tolist(), strict=True):
            pieces.setdefault(bucket, data[begin:end].decode("utf-8", "replace")[:PHRASE_CHARACTERS])
    value = 1 / float(np.sqrt(max(len(pieces), 1)))
    return [(text, bucket, value) for bucket, text in pieces.items()]


def _nearest(classifier: EvidenceClassifier, excerpts: Excerpts) -> tuple[Nearest, ...]:
    examples = [(entry.name, text) for entry in classifier.taxonomy.capabilities for text in entry.examples]
    matrix = gram_matrix(excerpts_of(pl.Series([text for _, text in examples])))
    own = gram_matrix(excerpts)
    norms = np.sqrt(matrix.multiply(matrix).sum(axis=1) * own.multiply(own).sum())
    likeness = (matrix @ own.T).toarray()[:, 0] / np.maximum(norms, 1e-9)
    best = np.argsort(-likeness, kind="stable")[:EXAMPLES_SHOWN]
    return tuple(
        Nearest(examples[place][0], examples[place][1], round(float(likeness[place]), 4))
        for place in best.tolist()
        if likeness[place] > 0
    )
