"""Offline forensics for language-model providers: who copies the model, how we know, and what else it could be."""

__version__ = "0.1.0"
