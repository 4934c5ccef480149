"""What results follow from besides data and settings: the code, the packages, the interpreter and the processor."""

import hashlib
import platform
import sys
from functools import cache
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from forensics import __version__
from forensics.exports.datapackage import file_sha256

LOCK = "requirements.lock"
DECIDING = (
    "duckdb",
    "polars",
    "pyarrow",
    "numpy",
    "scipy",
    "scikit-learn",
    "numba",
    "umap-learn",
    "hdbscan",
    "wordllama",
)
"""Packages that compute; the hash covers all."""


@cache
def code_of() -> dict[str, str | None]:
    """Version of the package, a hash over its files, and one over the lock file where it runs from a checkout."""
    package = Path(__file__).resolve().parents[1]
    hashed = hashlib.sha256()
    for path in sorted(package.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            hashed.update(f"{path.relative_to(package).as_posix()}\t{file_sha256(path)}\n".encode())
    lock = package.parents[1] / LOCK
    return {
        "version": __version__,
        "source_sha256": hashed.hexdigest(),
        "lock_sha256": file_sha256(lock) if lock.is_file() else None,
    }


@cache
def environment_of() -> dict[str, Any]:
    """Interpreter, system, processor and packages; across kinds of processors the map of accounts may differ."""
    found = {one.metadata["Name"].lower(): one.version for one in distributions() if one.metadata["Name"]}
    lines = "\n".join(f"{name}=={version}" for name, version in sorted(found.items()))
    return {
        "python": platform.python_version(),
        "implementation": sys.implementation.name,
        "system": platform.system(),
        "machine": platform.machine(),
        "packages_sha256": hashlib.sha256(lines.encode()).hexdigest(),
        "packages": {name: found[name] for name in DECIDING if name in found},
    }
