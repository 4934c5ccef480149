"""The taxonomy of capabilities: what prompts can ask for and which phrases show it, read from one editable file.

The file is data, not code: an investigator copies `taxonomy.toml`, edits it and names the copy in the setting
`capability_taxonomy`. Everything that is wrong with it is reported at once.
"""

import hashlib
import json
import tomllib
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from itertools import combinations
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from forensics.errors import SettingsError

MODES = (
    "template_harvest",
    "live_relay",
    "store_replay",
    "judge",
    "technique_search",
    "reseller_front",
    "agentic_generation",
)
"""The seven ways of collecting outputs."""

DEMANDS = ("reasoning", "grading", "trace_cleaning", "policy_rewriting", "agentic", "safety_probing")
"""What an account's shares of demand are counted in; each must have a capability."""

LAYERS = ("demand", "agentic", "manner", "subject", "ordinary")
"""What is done to a task, work in an environment, how it is to be answered, the task itself, the rest: the first that
applies names a prompt."""

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,40}$")]
Phrase = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Example = Annotated[str, StringConstraints(min_length=3, max_length=4000)]


class Capability(BaseModel):
    """One thing a prompt can ask for; the fields are explained at the top of `taxonomy.toml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    bit: int = Field(ge=0, le=62)
    caution: float = Field(default=0.0, ge=-10, le=10)
    layer: Literal["demand", "agentic", "manner", "subject", "ordinary"]
    counts_as: (
        Literal["reasoning", "grading", "trace_cleaning", "policy_rewriting", "agentic", "safety_probing"] | None
    ) = None
    modes: tuple[
        Literal[
            "template_harvest",
            "live_relay",
            "store_replay",
            "judge",
            "technique_search",
            "reseller_front",
            "agentic_generation",
        ],
        ...,
    ] = Field(min_length=1)
    description: str = Field(min_length=10, max_length=400)
    cues: tuple[Name, ...] = Field(min_length=1)
    edge_cues: tuple[Name, ...] = ()
    examples: tuple[Example, ...] = Field(min_length=2)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    cues: dict[Name, dict[str, list[Phrase]]]
    edge_cues: dict[Name, dict[str, list[Phrase]]] = {}
    capability: list[Capability] = Field(min_length=1)


@dataclass(frozen=True)
class Taxonomy:
    """Capabilities and lists of cues.

    Attributes:
        capabilities: in order of their bits.
        cues: list name → phrases in lower case, sorted, every language together.
        edge_cues: the same of lists that count only near a prompt's ends.
    """

    capabilities: tuple[Capability, ...]
    cues: dict[str, tuple[str, ...]]
    edge_cues: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the capabilities, in order of their bits."""
        return tuple(capability.name for capability in self.capabilities)

    @cached_property
    def cue_lists(self) -> tuple[str, ...]:
        """Names of the lists of cues, sorted."""
        return tuple(sorted(self.cues))

    @cached_property
    def edge_lists(self) -> tuple[str, ...]:
        """Names of all lists that count near a prompt's ends: those of cues, then those of edge cues, each sorted."""
        return (*self.cue_lists, *sorted(self.edge_cues))

    @cached_property
    def edge_pairs(self) -> tuple[tuple[str, str], ...]:
        """Lists that say more together than apart: every two of those that one demand names."""
        named = [sorted({*entry.cues, *entry.edge_cues}) for entry in self.capabilities if entry.layer == "demand"]
        return tuple(sorted({pair for lists in named for pair in combinations(lists, 2)}))

    @cached_property
    def digest(self) -> str:
        """SHA-256 of what decides tags: all of it but remarks, descriptions and modes."""
        entries = [entry.model_dump(mode="json", exclude={"description", "modes"}) for entry in self.capabilities]
        return hashlib.sha256(json.dumps([entries, self.cues, self.edge_cues], sort_keys=True).encode()).hexdigest()

    def mask_of(self, demand: str) -> int:
        """The bits of the capabilities that count as a demand."""
        return sum(1 << capability.bit for capability in self.capabilities if capability.counts_as == demand)


def load_taxonomy(path: Path | None = None) -> Taxonomy:
    """Read a taxonomy.

    Args:
        path: an edited copy; None reads the project's own.

    Returns:
        The taxonomy, phrases in lower case.

    Raises:
        SettingsError: naming every fault of the file.
    """
    source = Path(str(files("forensics.core.capabilities") / "taxonomy.toml")) if path is None else path
    advice = f"Mend what is named in {source}; its first lines say what each entry means."
    try:
        read = _File(**tomllib.loads(source.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise SettingsError(f"The capability taxonomy {source} cannot be read: {fault}", next_step=advice) from fault
    except ValidationError as invalid:
        raise SettingsError(
            f"The capability taxonomy {source} cannot be used.",
            faults=[f"{_place(error['loc'])}: {error['msg']}" for error in invalid.errors()],
            next_step=advice,
        ) from invalid
    faults = _faults(read)
    if faults:
        raise SettingsError(f"The capability taxonomy {source} cannot be used.", faults=faults, next_step=advice)
    return Taxonomy(
        tuple(sorted(read.capability, key=lambda capability: capability.bit)),
        _phrases(read.cues),
        _phrases(read.edge_cues),
    )


def _phrases(lists: dict[Name, dict[str, list[Phrase]]]) -> dict[str, tuple[str, ...]]:
    """Each list's phrases in lower case, sorted."""
    return {
        name: tuple(sorted({phrase.lower() for phrases in languages.values() for phrase in phrases}))
        for name, languages in lists.items()
    }


def _place(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in location)


def _faults(read: _File) -> list[str]:
    """What single entries cannot show: names and bits twice, lists that are missing, empty or unused."""
    faults = []
    for key in ("name", "bit"):
        seen: dict[object, str] = {}
        for capability in read.capability:
            value = getattr(capability, key)
            if value in seen:
                faults.append(f"capability {capability.name}: {key} {value} is already that of {seen[value]}")
            seen[value] = capability.name
    faults += _list_faults("cues", read.cues, {cue for entry in read.capability for cue in entry.cues})
    faults += _list_faults("edge_cues", read.edge_cues, {cue for entry in read.capability for cue in entry.edge_cues})
    faults += [
        f"edge_cues.{name}: cues has a list of this name too" for name in sorted(read.edge_cues.keys() & read.cues)
    ]
    faults += [
        f"capability {entry.name}: edge_cues, but its layer is not demand"
        for entry in read.capability
        if entry.edge_cues and entry.layer != "demand"
    ]
    counted = {capability.counts_as for capability in read.capability}
    faults += [f"no capability counts as {demand}" for demand in DEMANDS if demand not in counted]
    return faults


def _list_faults(kind: str, lists: dict[Name, dict[str, list[Phrase]]], named: set[str]) -> list[str]:
    """Lists that are missing, unused or empty, and phrases that say nothing."""
    faults = [f"capability {kind}: no list [{kind}.{name}]" for name in sorted(named - lists.keys())]
    faults += [f"{kind}.{name}: no capability names this list" for name in sorted(lists.keys() - named)]
    for name, languages in lists.items():
        if not any(languages.values()):
            faults.append(f"{kind}.{name}: has no phrase")
        faults += [
            f"{kind}.{name}.{language}: {phrase!r} has no letter or sign to find"
            for language, phrases in languages.items()
            for phrase in phrases
            if not phrase.strip().strip("*").strip()
        ]
    return faults
