"""Where snapshots lie: a local folder or an object store, behind the same three questions.

Object stores are reached through pyarrow, which is in the default install and speaks S3, Google Cloud Storage and
Azure. Their files are copied to the scratch folder while they are hashed, so that what was hashed is what is read.
"""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import SplitResult, parse_qs, urlsplit

from forensics.errors import SnapshotError

OBJECT_STORES = ("s3", "gs", "gcs", "az", "abfs")
BLOCK_BYTES = 4 * 2**20
DEFAULT_REGION = "us-east-1"
"""Given to stores behind an end point of their own, so that nobody is asked for a region."""


@dataclass(frozen=True)
class Entry:
    """A file or folder in a snapshot: its name, whether it is a folder, and a file's size in bytes."""

    name: str
    is_folder: bool
    size: int


@dataclass(frozen=True)
class Copy:
    """A file ready to be read: where it lies now, its size and SHA-256 as stored, and its state when it was hashed."""

    path: Path
    size: int
    sha256: str
    state: tuple[Any, ...]


class Source(Protocol):
    """What the loader asks of a place with snapshots; paths are relative to the root, with forward slashes."""

    def entries(self, folder: str) -> list[Entry] | None:
        """What lies in a folder, sorted by name; None when there is no such folder."""

    def fetch(self, path: str, scratch: Path) -> Copy:
        """The file, hashed; a copy below `scratch` when it does not lie on a local disk."""

    def unchanged(self, path: str, copy: Copy) -> bool:
        """Whether the file at its origin is still the one that was fetched."""


def open_source(root: str) -> Source:
    """The source behind a local folder or an `s3://`, `gs://` or `az://` URL.

    Raises:
        SnapshotError: for another kind of URL, or when the store's settings are missing.
    """
    parts = urlsplit(root)
    if parts.scheme in OBJECT_STORES:
        return ObjectStore(root, parts)
    if "://" in root and parts.scheme != "file":
        raise SnapshotError(
            f"Snapshots cannot be read from {parts.scheme}:// URLs.",
            next_step="Name a local folder or an s3://, gs:// or az:// URL.",
        )
    return LocalFolder(Path(parts.path if parts.scheme == "file" else root).expanduser().resolve())


class LocalFolder:
    """Snapshots below a folder of this machine."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def entries(self, folder: str) -> list[Entry] | None:
        """See `Source`."""
        path = self.root / folder
        with _explained(str(path)):
            if not path.is_dir():
                return None
            found = [Entry(p.name, p.is_dir(), 0 if p.is_dir() else p.stat().st_size) for p in path.iterdir()]
        return sorted(found, key=lambda entry: entry.name)

    def fetch(self, path: str, scratch: Path) -> Copy:
        """See `Source`; the file stays where it is."""
        file = self.root / path
        with _explained(str(file)):
            before = _state(file)
            return Copy(file, before[0], _sha256(file), before)

    def unchanged(self, path: str, copy: Copy) -> bool:
        """See `Source`; hashes again, because a modification time can be set back."""
        try:
            return _state(copy.path) == copy.state and _sha256(copy.path) == copy.sha256
        except OSError:
            return False


class ObjectStore:
    """Snapshots in a bucket; credentials come from where the store's own tools find them."""

    def __init__(self, root: str, parts: SplitResult) -> None:
        self.root = root
        self.prefix = f"{parts.netloc}{parts.path}".rstrip("/")
        options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        with _explained(root):
            self.files = _filesystem(parts.scheme, options)

    def entries(self, folder: str) -> list[Entry] | None:
        """See `Source`."""
        from pyarrow.fs import FileSelector, FileType

        with _explained(self.root):
            selector = FileSelector(f"{self.prefix}/{folder}".rstrip("/"), allow_not_found=True)
            found = self.files.get_file_info(selector)
        entries = [
            Entry(info.base_name, info.type == FileType.Directory, info.size or 0) for info in found if info.base_name
        ]
        return sorted(entries, key=lambda entry: entry.name) or None

    def fetch(self, path: str, scratch: Path) -> Copy:
        """See `Source`."""
        target = scratch / path.replace("/", "__")
        digest = hashlib.sha256()
        with _explained(self.root):
            before = self._state(path)
            # Without compression=None the stream would be unpacked by its name: the hash is of the file as stored.
            opened = self.files.open_input_stream(f"{self.prefix}/{path}", compression=None)
            with opened as stream, target.open("wb") as file:
                while block := stream.read(BLOCK_BYTES):
                    digest.update(block)
                    file.write(block)
        return Copy(target, target.stat().st_size, digest.hexdigest(), before)

    def unchanged(self, path: str, copy: Copy) -> bool:
        """See `Source`."""
        with _explained(self.root):
            return self._state(path) == copy.state and copy.size == copy.state[0]

    def _state(self, path: str) -> tuple[Any, ...]:
        info = self.files.get_file_info(f"{self.prefix}/{path}")
        return info.size, info.mtime_ns


def _filesystem(scheme: str, options: dict[str, str]) -> Any:
    from pyarrow import fs

    if scheme == "s3":
        override = options.get("endpoint_override") or os.environ.get("AWS_ENDPOINT_URL")
        region = options.get("region") or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
        settings: dict[str, Any] = {}
        if override:
            endpoint = urlsplit(override if "://" in override else f"https://{override}")
            settings = {"endpoint_override": endpoint.netloc, "scheme": options.get("scheme", endpoint.scheme)}
            region = region or DEFAULT_REGION
        return fs.S3FileSystem(**settings, **({"region": region} if region else {}))
    if scheme in ("gs", "gcs"):
        override = options.get("endpoint_override")
        endpoint = urlsplit(override if override and "://" in override else f"https://{override}")
        return fs.GcsFileSystem(
            **({"endpoint_override": endpoint.netloc, "scheme": endpoint.scheme} if override else {})
        )
    account = options.get("account_name") or os.environ.get("AZURE_STORAGE_ACCOUNT")
    if not account:
        raise SnapshotError(
            "The Azure storage account is not named.",
            next_step="Set AZURE_STORAGE_ACCOUNT, or add ?account_name=NAME to the URL.",
        )
    return fs.AzureFileSystem(account_name=account, account_key=os.environ.get("AZURE_STORAGE_KEY"))


@contextmanager
def _explained(root: str) -> Iterator[None]:
    """Turn a store's own errors into one that says what to do."""
    try:
        yield
    except OSError as fault:
        raise SnapshotError(
            f"{root} cannot be read: {fault}",
            next_step="Check that it is there and may be read (for S3: the network and the usual AWS_ variables).",
        ) from fault


def _state(file: Path) -> tuple[Any, ...]:
    status = file.stat()
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


Say = Callable[[str], None]
"""Told in one line what a long task does now."""
