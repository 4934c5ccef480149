"""Showing a picture: in a notebook as its output, elsewhere as a file whose path is printed."""

import sys
from pathlib import Path

PNG = b"\x89PNG"


def show(picture: bytes | str, folder: Path, name: str) -> Path | None:
    """Show a picture where the reader is.

    Args:
        picture: a PNG, or an SVG as text.
        folder: where files go outside a notebook; made if it is not there.
        name: the file's name without its ending.

    Returns:
        The file; None in a notebook, which keeps the picture itself.
    """
    if _is_notebook():
        from IPython.display import SVG, Image, display  # type: ignore[import-not-found]

        display(Image(picture) if isinstance(picture, bytes) else SVG(picture))
        return None
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}{'.png' if isinstance(picture, bytes) else '.svg'}"
    file.write_bytes(picture if isinstance(picture, bytes) else picture.encode())
    print(f"[picture: {file}]")
    return file


def _is_notebook() -> bool:
    """Whether a kernel runs this: a terminal, also IPython's, shows no pictures."""
    return "ipykernel" in sys.modules
