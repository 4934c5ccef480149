"""What each exchange of a batch asks for, as columns: a bit mask and one flag for each demand.

A prompt is read with what its exchange says of tools and images. A system prompt is read by itself, and adds the
demands and the agentic capabilities only: an application's description of itself is no request of its user, but a
judge's rubric or an agent's instructions often travel there. Work on devices and in apps it adds only where tools are
offered, or nothing is known of them: "the assistant of our app" controls none.
"""

from functools import lru_cache

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.core.capabilities.classifier import CapabilityClassifier, masks_of, tags_of
from forensics.core.capabilities.evidence import Calls
from forensics.core.capabilities.loading import load_classifier
from forensics.core.capabilities.taxonomy import DEMANDS, Taxonomy
from forensics.settings import Settings

DEVICE_WORK = "agentic_task"
"""The capability that an application's description of itself is easily taken for."""


def capability_columns(batch: pl.DataFrame, classifier: CapabilityClassifier) -> list[pl.Series]:
    """What each exchange asks for.

    Args:
        batch: exchanges with prompt, system_prompt, tool_count and image_count.
        classifier: what reads them.

    Returns:
        `capability_mask` (whole number, bits of the taxonomy) and a flag for each of `DEMANDS`, row by row.
    """
    return columns_of(asked_by_prompts(batch, classifier) | asked_by_systems(batch, classifier), classifier)


def asked_by_prompts(batch: pl.DataFrame, classifier: CapabilityClassifier) -> NDArray[np.int64]:
    """The bits that each row's prompt sets, with whether tools are offered and images sent."""
    calls = Calls(_counts(batch["tool_count"]), _counts(batch["image_count"]))
    return masks_of(tags_of(classifier.scores(batch["prompt"], calls), classifier.taxonomy), classifier.taxonomy)


def asked_by_systems(batch: pl.DataFrame, classifier: CapabilityClassifier) -> NDArray[np.int64]:
    """The bits that each row's system prompt adds."""
    by_system = _asked_by_system(batch["system_prompt"], classifier)
    has_no_tools = (batch["tool_count"].fill_null(1) == 0).to_numpy()
    return np.where(has_no_tools, by_system & ~_needs_tools(classifier.taxonomy), by_system)


def columns_of(masks: NDArray[np.int64], classifier: CapabilityClassifier) -> list[pl.Series]:
    """Masks as the columns of `capability_columns`."""
    flags = [pl.Series(demand, (masks & classifier.taxonomy.mask_of(demand)) != 0) for demand in DEMANDS]
    return [pl.Series("capability_mask", masks, dtype=pl.Int64), *flags]


@lru_cache(maxsize=2)
def _loaded(taxonomy: str | None, model: str | None) -> CapabilityClassifier:
    return load_classifier(taxonomy, model)


def classifier_of(settings: Settings) -> CapabilityClassifier:
    """The classifier that the settings name, loaded once a process.

    Raises:
        SettingsError: when the taxonomy or the weights cannot be used.
    """
    return _loaded(settings.capability_taxonomy, settings.capability_model)


def register_capabilities(connection: duckdb.DuckDBPyConnection, classifier: CapabilityClassifier) -> None:
    """Make the temporary table `day_capabilities`: the value of each capability's bit, and the classifier's id."""
    capabilities = classifier.taxonomy.capabilities
    rows = pl.DataFrame(
        {
            "capability": [capability.name for capability in capabilities],
            "bit_value": [1 << capability.bit for capability in capabilities],
            "classifier_id": [classifier.id] * len(capabilities),
        }
    )
    connection.register("capability_rows", rows.to_arrow())
    connection.execute("CREATE OR REPLACE TEMP TABLE day_capabilities AS SELECT * FROM capability_rows")
    connection.unregister("capability_rows")


def _counts(column: pl.Series) -> NDArray[np.int64]:
    return column.fill_null(0).cast(pl.Int64).to_numpy()


def _asked_by_system(system_prompts: pl.Series, classifier: CapabilityClassifier) -> NDArray[np.int64]:
    """The bits that each row's system prompt adds; equal ones are read once."""
    texts = system_prompts.fill_null("")
    distinct = texts.unique().sort()
    asked = classifier.scores(distinct) > 0
    asked &= (distinct != "").to_numpy()[:, None]
    asked &= _carried(classifier.taxonomy)[None, :]
    masks = masks_of(asked, classifier.taxonomy)
    return np.asarray(masks[distinct.search_sorted(texts).to_numpy()])


def _needs_tools(taxonomy: Taxonomy) -> int:
    """The bits of what a system prompt asks for only where there are tools to do it with."""
    return sum(1 << entry.bit for entry in taxonomy.capabilities if entry.name == DEVICE_WORK)


def _carried(taxonomy: Taxonomy) -> NDArray[np.bool_]:
    """Which capabilities a system prompt can add."""
    return np.array([entry.layer == "demand" or entry.counts_as is not None for entry in taxonomy.capabilities])
