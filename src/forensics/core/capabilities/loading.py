"""The classifier that a user's settings name."""

from pathlib import Path

from forensics.core.capabilities.classifier import CapabilityClassifier, EvidenceClassifier
from forensics.core.capabilities.cues import CueIndex
from forensics.core.capabilities.taxonomy import load_taxonomy
from forensics.core.capabilities.weights import load_weights


def load_classifier(taxonomy: str | None = None, model: str | None = None) -> CapabilityClassifier:
    """Load a classifier.

    Args:
        taxonomy: path of an edited taxonomy; None is the project's own.
        model: path of a weight file (.npz) of the training script, or the name of an embedder as the setting `embedder`
            takes it (sentence-transformers:FOLDER, onnx:FOLDER, …); None is the project's own weights.

    Returns:
        The classifier; nothing is downloaded.

    Raises:
        SettingsError: when the taxonomy or the weights cannot be used.
        EmbedderError: when the embedder cannot be loaded.
    """
    read = load_taxonomy(Path(taxonomy) if taxonomy else None)
    if model and not model.endswith(".npz"):
        from forensics.core.capabilities.embedding_classifier import EmbeddingClassifier
        from forensics.core.embeddings import load_embedder

        return EmbeddingClassifier.trained(read, load_embedder(model))
    return EvidenceClassifier(read, CueIndex(read), load_weights(read, Path(model) if model else None))
