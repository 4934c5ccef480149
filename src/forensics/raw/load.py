"""Loading a day: hash, compare with what was loaded before, check every file, then change everything at once."""

import hashlib
import shutil
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import duckdb

from forensics.errors import SnapshotError
from forensics.home import Home
from forensics.privacy.tombstones import mark_erased
from forensics.raw.days import DayFile, DayLayout, folder_of, read_layout
from forensics.raw.exchange_files import exchanges_file, lost_days
from forensics.raw.history import EarlierLoad, changes, latest_load, report_of
from forensics.raw.reading import UnreadableFile
from forensics.raw.report import LoadReport
from forensics.raw.sources import Copy, Say, Source, open_source
from forensics.raw.staging import StagedFile, stage_file
from forensics.raw.writing import DayLoad, write_day, write_lost_file
from forensics.settings import Settings

FINGERPRINT_CHARACTERS = 16
"""64 bits of a hash over all files: enough to name a load; the files' own SHA-256 are kept whole."""


def load_day(
    connection: duckdb.DuckDBPyConnection,
    home: Home,
    settings: Settings,
    *,
    root: str,
    day: date,
    reissued: bool = False,
    say: Say = lambda _: None,
) -> LoadReport:
    """Load one day of snapshots into the schema raw: all of it in one transaction, or nothing.

    Rows that break the contract go to `raw.quarantine` with the rule, the file and the row. Of rows with the same key
    the first is kept, in the order of files and rows, and the later ones are quarantined. A day that is loaded already
    is only hashed, unless the file of its exchanges is gone: then that file is written again, the same bytes under the
    same name, and the load stays the one it was. A day whose files differ from those loaded is refused unless
    `reissued` says so.

    Rows of accounts that were erased are kept out and counted.

    Args:
        connection: the writer's warehouse, no transaction open; the caller holds the writer lock.
        home: the state folder.
        settings: the settings in force; none of them changes what is loaded.
        root: a local folder or an s3://, gs:// or az:// URL with date=YYYY-MM-DD folders.
        day: the UTC day.
        reissued: load the day again although its files changed; what was known of the earlier load is kept.
        say: told what is being done, a line a file.

    Raises:
        SnapshotError: listing every fault of the day, every file that changed since it was loaded, or every other day
            whose exchanges are gone.
    """
    connection.execute("SET TimeZone = 'UTC'")
    scratch = home.scratch / "raw"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    try:
        return _Loading(connection, home, settings, open_source(root), root, day, scratch, say).run(reissued)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


@dataclass(frozen=True)
class _Loading:
    """What every step of one load needs."""

    connection: duckdb.DuckDBPyConnection
    home: Home
    settings: Settings
    source: Source
    root: str
    day: date
    scratch: Path
    say: Say

    def run(self, reissued: bool) -> LoadReport:
        layout = read_layout(self.source, self.day)
        copies = [self._fetch(number, layout) for number in range(len(layout.files))]
        load_id = load_id_of(self.day, layout.files, copies)
        earlier = latest_load(self.connection, self.day)
        file = exchanges_file(self.home, self.day, load_id)
        is_loaded = earlier is not None and earlier.load_id == load_id
        if earlier and is_loaded and file.is_file() and not layout.faults:
            self.say(f"{self.day}: already loaded, all {len(copies)} files are unchanged")
            return report_of(earlier, "already_loaded", layout.unknown)
        if earlier and not is_loaded and not reissued:
            raise self._changed(earlier, layout, copies)
        number = earlier.load_number + 1 if earlier else 1
        load = DayLoad(self.day, load_id, number, self.root, file)
        if earlier and is_loaded:
            staged = self._stage_all(layout, copies)
            check = partial(self._refuse_changed, staged)
            write_lost_file(self.connection, self.home, load, staged, check=check, say=self.say)
            return report_of(earlier, "file_restored", layout.unknown)
        self._refuse_lost()
        staged = self._stage_all(layout, copies)
        check = partial(self._refuse_changed, staged)
        write_day(self.connection, self.home, load, staged, check=check, say=self.say)
        written = latest_load(self.connection, self.day)
        assert written is not None
        return report_of(written, "reissued" if earlier else "loaded", layout.unknown)

    def _fetch(self, number: int, layout: DayLayout) -> Copy:
        file = layout.files[number]
        self.say(f"{self.day}: hashing {file.path} (file {number + 1} of {len(layout.files)})")
        return self.source.fetch(f"{folder_of(self.day)}/{file.path}", self.scratch)

    def _stage_all(self, layout: DayLayout, copies: list[Copy]) -> list[StagedFile]:
        """Check every file, so that one error can list the faults of all."""
        faults = list(layout.faults)
        staged = []
        for number, (file, copy) in enumerate(zip(layout.files, copies, strict=True)):
            try:
                done = stage_file(self.connection, file, copy, number=number, day=self.day, scratch=self.scratch)
                staged.append(done)
                self.say(
                    f"{self.day}: {file.table}, file {number + 1} of {len(copies)}, {done.row_count:,} rows,"
                    f" {done.broken_count:,} broken"
                )
            except UnreadableFile as fault:
                faults.append(f"{file.path}: {fault}")
            if not self.source.unchanged(f"{folder_of(self.day)}/{file.path}", copy):
                faults.append(f"{file.path}: it changed while it was read")
            is_read_again = any(done.copy is copy and done.in_place for done in staged)
            if copy.path.is_relative_to(self.scratch) and not is_read_again:
                copy.path.unlink()
        self._refuse(faults)
        mark_erased(self.connection, self.home, self.settings, [file.staged for file in staged])
        return staged

    def _refuse_changed(self, staged: list[StagedFile]) -> None:
        """What was read once more must be what was checked."""
        read_again = [done for done in staged if done.in_place]
        self._refuse(
            [
                f"{done.file.path}: it changed while it was read"
                for done in read_again
                if not self.source.unchanged(f"{folder_of(self.day)}/{done.file.path}", done.copy)
            ]
        )

    def _refuse(self, faults: list[str]) -> None:
        if faults:
            raise SnapshotError(
                f"The snapshot of {self.day} at {self.root} cannot be loaded; nothing of it was.",
                faults=faults,
                next_step="Have the day exported again without these faults, then load it.",
            )

    def _refuse_lost(self) -> None:
        """Another day's lost file would make every reading of the exchanges fail once this day is loaded."""
        lost = [day for day in lost_days(self.connection, self.home) if day != self.day]
        if lost:
            raise SnapshotError(
                f"{self.day} cannot be loaded: the exchange files of {len(lost)} loaded days are gone.",
                faults=[f"{day}: its Parquet file in {self.home.raw} is gone" for day in lost],
                next_step=f"Run `forensics run --snapshots ROOT --from {lost[0]} --to {lost[-1]}` first; lost files are"
                " written again from the same snapshots.",
            )

    def _changed(self, earlier: EarlierLoad, layout: DayLayout, copies: list[Copy]) -> SnapshotError:
        return SnapshotError(
            f"The snapshot of {self.day} at {self.root} is not the one that was loaded on"
            f" {earlier.loaded_at:%Y-%m-%d %H:%M} UTC as {earlier.load_id}.",
            faults=[*changes(earlier, layout.files, copies), *layout.faults],
            next_step="Find out who changed it and why. If it was re-issued on purpose, add"
            f" `--reissued {self.day}` to `forensics run`; both fingerprints are kept.",
        )


def load_id_of(day: date, files: tuple[DayFile, ...], copies: list[Copy]) -> str:
    """Day and fingerprint: a hash over table, path and SHA-256 of each file, whatever their order."""
    lines = sorted(f"{f.table}\t{f.path}\t{copy.sha256}" for f, copy in zip(files, copies, strict=True))
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    return f"{day.isoformat()}-{digest[:FINGERPRINT_CHARACTERS]}"
