"""The key of pseudonyms and tombstones: a file outside the state folder, so that no copy of a warehouse holds it.

Every use has a key of its own, derived from the one in the file: what one recipient is given says nothing about what
another one is given, and neither says anything about a tombstone.
"""

import hmac
import os
import secrets
import stat
from collections.abc import Callable
from pathlib import Path

from forensics.errors import SettingsError
from forensics.home import Home
from forensics.settings import Settings

KEY_BYTES = 32
"""As long as what HMAC-SHA256 gives: longer adds nothing."""

CONTEXT = "forensics 1"
"""Stands in every derivation: the same key in another program, or in a later scheme, gives other values."""


class KeyFileError(SettingsError):
    """The key cannot be used, or is not the one that was used before."""

    title = "Key refused"


def key_path(home: Home, settings: Settings) -> Path:
    """The file of the key: the setting `key_file`, else a hidden file beside the state folder."""
    if settings.key_file:
        return Path(settings.key_file).expanduser()
    return home.root.parent / f".{home.root.name}.forensics-key"


def load_key(home: Home, settings: Settings, *, say: Callable[[str], None] = lambda _: None) -> bytes:
    """The key, made on first use.

    Args:
        home: the state folder.
        settings: its settings.
        say: told where a new key was written and what depends on it.

    Raises:
        KeyFileError: when the file lies in the state folder, others can read it, or it holds no key.
    """
    path = key_path(home, settings).absolute()
    if path.resolve().is_relative_to(home.root.resolve()):
        raise KeyFileError(
            f"The key {path} lies in the state folder, and would be copied with what it protects.",
            next_step="Move it out and name it in the setting key_file.",
        )
    if not path.exists():
        _create(path)
        say(
            f"A new key was written to {path}, readable by you alone. Keep a copy in a safe place: without it"
            " pseudonyms cannot be resolved and erased accounts not kept out; delete it only to forget both for good."
        )
    return _read(path)


def existing_key(home: Home, settings: Settings) -> bytes | None:
    """The key if there is one; none is made."""
    return load_key(home, settings) if key_path(home, settings).exists() else None


def _create(path: Path) -> None:
    """Write a new key; the file appears whole, and never takes the place of one that another process made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(KEY_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)
        except FileExistsError:
            return
    finally:
        fresh.unlink()


def _read(path: Path) -> bytes:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise KeyFileError(f"Others can read the key {path} (mode {mode:o}).", next_step=f"Run `chmod 600 {path}`.")
    try:
        key = bytes.fromhex(path.read_text("ascii").strip())
    except (OSError, ValueError) as fault:
        raise KeyFileError(
            f"{path} does not hold a key: {fault}", next_step="Put the right file back, or name another in key_file."
        ) from fault
    if len(key) < KEY_BYTES:
        raise KeyFileError(
            f"The key in {path} has {len(key)} bytes, {KEY_BYTES} are needed.", next_step="Put the right file back."
        )
    return key


def derived(key: bytes, purpose: str, name: str = "") -> bytes:
    """The key of one use, e.g. of the pseudonyms for one recipient."""
    return keyed_hash(key, CONTEXT, purpose, name)


def keyed_hash(key: bytes, *parts: str) -> bytes:
    """HMAC-SHA256 over texts, each with its length, so that no two lists of texts read the same."""
    # Surrogates may come in with attackers' text; they must not stop an export.
    encoded = [part.encode("utf-8", "surrogatepass") for part in parts]
    return hmac.digest(key, b"".join(len(part).to_bytes(8) + part for part in encoded), "sha256")


def key_name(key: bytes) -> str:
    """What tells keys apart without saying anything of them: 16 hexadecimal digits."""
    return derived(key, "name").hex()[:16]
