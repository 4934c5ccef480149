"""Errors that name their cause and the next step, each with an exit code that scripts can use."""

from collections.abc import Sequence


class ForensicsError(Exception):
    """Something went wrong that a person can mend: `message` is the cause, `next_step` what to do.

    Args:
        message: the cause in one sentence.
        next_step: what the reader should do now, in one sentence.
        faults: every single fault found, when an input has more than one; all are listed.
    """

    exit_code = 1
    title = "Error"
    keeps_lines = False
    """Whether line breaks within the message are its own."""

    def __init__(self, message: str, *, next_step: str, faults: Sequence[str] = ()) -> None:
        self.message = message
        self.next_step = next_step
        self.faults = tuple(faults)
        super().__init__(self.describe())

    def describe(self) -> str:
        """The whole error as text: cause, one line a fault, next step."""
        lines = [self.message, *(f"  - {fault}" for fault in self.faults)]
        return "\n".join([*lines, f"Next step: {self.next_step}"])


class SnapshotError(ForensicsError):
    """A day of snapshots cannot be loaded as it is."""

    exit_code = 3
    title = "Snapshot refused"


class WarehouseBusyError(ForensicsError):
    """Another process is writing the warehouse."""

    exit_code = 4
    title = "Warehouse busy"


class NotFoundError(ForensicsError):
    """What was asked for is not there."""

    exit_code = 5
    title = "Not found"


class SettingsError(ForensicsError):
    """The settings, or the options of a command, cannot be used."""

    exit_code = 2
    title = "Settings refused"


class ContractError(ForensicsError):
    """A table that the pipeline itself made does not keep its contract: a defect of the pipeline."""

    exit_code = 6
    title = "Contract broken"


class EmbedderError(ForensicsError):
    """Embedding weights are missing or wrong, or vectors of two embedders would be mixed."""

    exit_code = 7
    title = "Embedder refused"


class EngineError(ForensicsError):
    """The engine that event-sized steps should run on cannot be used, or cannot do what is asked."""

    exit_code = 9
    title = "Engine refused"
