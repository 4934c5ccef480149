"""Folders of files, one an as-of date, that are replaced as a whole: a reader sees all of the old files or of the new.

New files are written into a hidden folder beside the one they are meant for; giving it the name is one step where the
system can, and two that `mend_folders` completes where it cannot.
"""

import ctypes
import errno
import os
import shutil
from datetime import date
from pathlib import Path

AT_FDCWD = -100
RENAME_EXCHANGE = 2
"""Numbers of the Linux call renameat2: paths are relative to the working folder; both names change places."""


def fresh_folder(parent: Path, as_of: date) -> Path:
    """The folder that nobody reads yet; not made."""
    return parent / f".{as_of.isoformat()}.new"


def place_folder(parent: Path, as_of: date) -> Path:
    """Give the fresh folder its name; what had the name before is deleted.

    Where names cannot change places in one step, a whole folder is at every moment under its name or under a name that
    `mend_folders` knows.
    """
    target, fresh, old = parent / as_of.isoformat(), fresh_folder(parent, as_of), _old(parent, as_of)
    if not target.exists():
        fresh.rename(target)
    elif exchange(fresh, target):
        old = fresh
    else:
        shutil.rmtree(old, ignore_errors=True)
        target.rename(old)
        fresh.rename(target)
    synchronise(parent)
    shutil.rmtree(old, ignore_errors=True)
    return target


def mend_folders(parent: Path) -> None:
    """Put right what a killed process left: a folder that lost its name gets it again, what nobody reads is deleted."""
    for old in parent.glob(".*.old"):
        target = parent / old.name.removeprefix(".").removesuffix(".old")
        if target.exists():
            shutil.rmtree(old, ignore_errors=True)
        else:
            old.rename(target)
    for fresh in parent.glob(".*.new"):
        shutil.rmtree(fresh, ignore_errors=True)


def exchange(first: Path, second: Path) -> bool:
    """Let two existing paths change places in one step; False where the system or the file system cannot.

    Raises:
        OSError: when the system can and refuses for another reason.
    """
    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except AttributeError:
        return False
    done = call(AT_FDCWD, os.fsencode(first), AT_FDCWD, os.fsencode(second), ctypes.c_uint(RENAME_EXCHANGE))
    if done == 0:
        return True
    fault = ctypes.get_errno()
    if fault in (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP):
        return False
    raise OSError(fault, os.strerror(fault), str(first), None, str(second))


def synchronise(path: Path) -> None:
    """Have a file or folder on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _old(parent: Path, as_of: date) -> Path:
    return parent / f".{as_of.isoformat()}.old"
