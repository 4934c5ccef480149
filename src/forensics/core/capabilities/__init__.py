"""What prompts ask for: a taxonomy that an investigator can edit, and a fast classifier that explains itself."""

from forensics.core.capabilities.classifier import CapabilityClassifier, EvidenceClassifier
from forensics.core.capabilities.explanation import Explanation, explain
from forensics.core.capabilities.loading import load_classifier
from forensics.core.capabilities.tagging import (
    asked_by_prompts,
    asked_by_systems,
    capability_columns,
    classifier_of,
    columns_of,
    register_capabilities,
)
from forensics.core.capabilities.taxonomy import DEMANDS, Capability, Taxonomy, load_taxonomy

__all__ = [
    "DEMANDS",
    "Capability",
    "CapabilityClassifier",
    "EvidenceClassifier",
    "Explanation",
    "Taxonomy",
    "asked_by_prompts",
    "asked_by_systems",
    "capability_columns",
    "classifier_of",
    "columns_of",
    "explain",
    "load_classifier",
    "load_taxonomy",
    "register_capabilities",
]
