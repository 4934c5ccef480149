"""Evaluations as Parquet: one file a frame."""

from dataclasses import fields
from pathlib import Path

from forensics.evaluate import Evaluation


def write_evaluation(evaluation: Evaluation, folder: Path) -> list[Path]:
    """Write every frame of an evaluation to `folder/<name>.parquet`, replacing what is there.

    Returns:
        The files, in the order of `Evaluation`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for field in fields(evaluation):
        path = folder / f"{field.name}.parquet"
        getattr(evaluation, field.name).write_parquet(path, compression="zstd")
        written.append(path)
    return written
