"""The compiled layer over a prompt's windows: most lists have no hit in them, and what is not there costs nothing."""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def raise_scores(near, weighed, said_by, pairs, cues, bias, columns, scores):  # type: ignore[no-untyped-def]
    """Raise each demand's score to that of its strongest window, as `edges.window_scores` finds it.

    Args:
        near: rows × windows × lists, hits.
        weighed: rows × windows × demands, what n-grams say.
        said_by: what so many hits are worth; more are worth what the last number is.
        pairs: pairs × 2, places of lists.
        cues: lists of cues and pairs of them × demands.
        bias: one a demand.
        columns: place of each demand among the scores.
        scores: rows × capabilities; those of demands are raised.
    """
    rows, windows, lists = near.shape
    demands, most = len(bias), len(said_by) - 1
    hits, total = np.zeros(lists, dtype=np.float32), np.zeros(demands, dtype=np.float32)
    for row in range(rows):
        for window in range(windows):
            total[:] = 0
            held = 0
            for place in range(lists):
                count = near[row, window, place]
                hits[place] = said_by[min(count, most)]
                if count:
                    held += 1
                    for demand in range(demands):
                        total[demand] += hits[place] * cues[place, demand]
            for pair in range(len(pairs) if held > 1 else 0):
                both = min(hits[pairs[pair, 0]], hits[pairs[pair, 1]])
                if both > 0:
                    for demand in range(demands):
                        total[demand] += both * cues[lists + pair, demand]
            for demand in range(demands):
                score = total[demand] + weighed[row, window, demand] + bias[demand]
                scores[row, columns[demand]] = max(scores[row, columns[demand]], score)
