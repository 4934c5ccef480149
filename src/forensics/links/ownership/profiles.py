"""Ownership rules as data: threshold, restricted headquarters, periods in force and version, read from a TOML file.

The shipped file is `profiles.toml` beside this module; it explains each choice. A user who wants another list copies
it, edits it and passes its path. Known drawback: the shipped list is a starting point, not legal advice.
"""

import datetime as dt
import hashlib
import json
import re
import tomllib
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from forensics.errors import SettingsError

SHIPPED = Path(__file__).with_name("profiles.toml")

DECIMALS = 10
"""Decimals of a percent that count: below the spacing of doubles near 100 nothing real is left to keep."""
WHOLE = 100 * 10**DECIMALS
"""100 % in integer parts: sums of shares are exact, and 9 million holdings of 100 % fit 64 bits."""

LOCATION = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
"""A country, or a part of one."""
UNASSIGNED = frozenset({"XX", "ZZ"})
"""Codes that registers write where they do not know the country."""


class OwnershipProfileError(SettingsError):
    """A file of ownership rules, or a rule asked for, cannot be used."""


class Period(BaseModel):
    """Days [start, end); null ends are open."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    start: dt.date | None = Field(default=None, alias="from")
    end: dt.date | None = Field(default=None, alias="to")

    @model_validator(mode="after")
    def _is_not_empty(self) -> Self:
        if self.start is not None and self.end is not None and self.start >= self.end:
            raise ValueError(f"from {self.start} is not before to {self.end}")
        return self

    def holds(self, day: dt.date) -> bool:
        """Whether the day lies in the period."""
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)


class Restriction(Period):
    """One restricted jurisdiction: its name, why it is on the list, and when."""

    name: str
    reason: str


class Profile(BaseModel):
    """One ownership rule.

    Attributes:
        name: what it is called in the file and in every verdict.
        version: the file's date or number, written into every verdict.
        threshold_percent: the share in percent that a reading has to pass, decimal.
        strict: True asks for strictly more than the threshold; False for the threshold or more.
        restricted: restricted headquarters by code.
        persons_are_seeds: whether natural persons located in a restricted jurisdiction count as seeds.
        listed_organisations: organisations the rule names wherever they sit.
        in_force: periods in which the rule binds; none means always.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    version: str = Field(min_length=1)
    title: str = Field(min_length=1)
    threshold_percent: Decimal = Field(ge=0, le=100, decimal_places=DECIMALS)
    strict: bool
    restricted: dict[str, Restriction]
    persons_are_seeds: bool = False
    listed_organisations: frozenset[str] = frozenset()
    in_force: tuple[Period, ...] = ()

    @field_validator("restricted")
    @classmethod
    def _codes_are_iso(cls, restricted: dict[str, Restriction]) -> dict[str, Restriction]:
        wrong = [code for code in restricted if not LOCATION.fullmatch(code) or code in UNASSIGNED]
        if wrong:
            raise ValueError(f"not ISO 3166 codes in capitals: {', '.join(map(repr, wrong))}")
        return restricted

    @property
    def threshold(self) -> int:
        """The threshold in integer parts of `WHOLE`."""
        return int(self.threshold_percent * 10**DECIMALS)

    @property
    def rule(self) -> str:
        """Name, version and threshold as a report cites them."""
        relation = "more than" if self.strict else "at least"
        return f"{self.name} {self.version}: {relation} {self.threshold_percent.normalize():f} %"

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over everything the rule says, so that a changed list under an old version number shows."""
        values = self.model_dump(mode="json")
        values["listed_organisations"] = sorted(values["listed_organisations"])
        return hashlib.sha256(json.dumps(values, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    def is_in_force(self, day: dt.date) -> bool:
        """Whether the rule binds on a day."""
        return not self.in_force or any(period.holds(day) for period in self.in_force)

    def steady_period(self, day: dt.date) -> Period:
        """The longest period around a day in which the rule is steadily in force, or steadily not."""
        ends = {end for period in self.in_force for end in (period.start, period.end) if end is not None}
        changes = {end for end in ends if self.is_in_force(end) != self.is_in_force(end - dt.timedelta(days=1))}
        start = max((end for end in changes if end <= day), default=None)
        end = min((end for end in changes if end > day), default=None)
        return Period.model_validate({"from": start, "to": end})


def load_profile(name: str, path: Path | None = None) -> Profile:
    """One ownership rule by name.

    Args:
        name: a profile of the file, for example `provider_gt50`.
        path: the user's own file; by default the shipped `profiles.toml`.

    Raises:
        OwnershipProfileError: if the file cannot be read, has no such profile, or the profile has faults (all listed).

    Example:
        >>> load_profile("provider_gt50").rule
        'provider_gt50 2026-11-22: more than 50 %'
    """
    file = SHIPPED if path is None else Path(path)
    document = _read(file)
    profiles, lists = document.get("profiles", {}), document.get("lists", {})
    if name not in profiles:
        raise OwnershipProfileError(
            f"{file} has no ownership profile {name!r}.",
            next_step=f"Choose one of: {', '.join(sorted(profiles)) or 'none; add a table [profiles.NAME]'}.",
        )
    fields = dict(profiles[name])
    list_name = fields.pop("jurisdictions", None)
    if list_name not in lists:
        raise OwnershipProfileError(
            f"Profile {name!r} in {file} names the list of jurisdictions {list_name!r}, which the file does not have.",
            next_step=f"Set `jurisdictions` to one of: {', '.join(sorted(lists)) or 'none; add [lists.NAME]'}.",
        )
    try:
        return Profile(name=name, restricted=lists[list_name], **fields)
    except ValidationError as fault:
        raise OwnershipProfileError(
            f"Profile {name!r} in {file} cannot be used.",
            next_step="Mend the values named above; the shipped profiles.toml explains each.",
            faults=[f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in fault.errors()],
        ) from fault


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise OwnershipProfileError(
            f"The ownership rules in {file} cannot be read: {fault}",
            next_step="Pass the path of a TOML file; copy the shipped profiles.toml to start from.",
        ) from fault


def load_profiles(path: Path | None = None) -> list[Profile]:
    """Every ownership rule of a file, by name.

    Args:
        path: the user's own file; by default the shipped one.

    Raises:
        OwnershipProfileError: if the file cannot be read, or any of its rules has faults; all are listed.
    """
    file = SHIPPED if path is None else Path(path)
    found, faults = [], []
    for name in sorted(_read(file).get("profiles", {})):
        try:
            found.append(load_profile(name, path))
        except OwnershipProfileError as fault:
            faults += [f"{name}: {one}" for one in fault.faults or (fault.message,)]
    if faults or not found:
        raise OwnershipProfileError(
            f"The ownership rules in {file} cannot be used.",
            next_step="Mend the values named above; the shipped profiles.toml explains each.",
            faults=faults or ["it has no table [profiles.NAME]"],
        )
    return found
