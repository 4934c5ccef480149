"""Who lives in a tiny world: kinds of accounts with their payment, addresses, clients and ways to ask.

Each kind is one look-alike or one offence that the tests name; every account is drawn from one seeded generator.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from tests.worlds.prompts import APP_FRAME, CLASS_TASK, Phrasebook

COMMON_CLIENTS = tuple(f"vendor-sdk/{number}.0" for number in range(1, 6))
FREE_MAIL = ("mail.example", "post.example", "inbox.example")
SCRIPTS = ("latin", "latin", "latin", "cyrillic", "arabic", "han")
COUNTRIES = ("US", "DE", "IN", "BR", "CN", "EG")

DEFAULT_SIZES = {
    "ordinary": 150,
    "carrier": 50,
    "company": 30,
    "app": 20,
    "class": 25,
    "hydra": 24,
    "barred": 12,
    "dormant": 60,
}
"""Accounts of each kind; 371 in all."""

INNOCENT_SIZES = {**DEFAULT_SIZES, "class": 0, "hydra": 0, "barred": 0}


@dataclass
class Person:
    """One account: what its rows are drawn from."""

    account_id: str
    kind: str
    script: str
    ask: Callable[[], str]
    addresses: list[str]
    client: str
    instrument: str | None
    email_domain: str | None
    country: str
    organisation: str | None = None
    programme: str | None = None
    system_prompt: str | None = None
    hours: np.ndarray = field(default_factory=lambda: np.arange(24))
    daily_mean: float = 14.0
    is_even: bool = False


class Town:
    """Draws the accounts of a world."""

    def __init__(self, rng: np.random.Generator, days: int) -> None:
        """Start with nobody."""
        self.rng = rng
        self.days = days
        self.book = Phrasebook(rng)
        self.topics = [self.book.words(2) for _ in range(40)]

    def people(self, sizes: dict[str, int]) -> list[Person]:
        """All accounts, kind by kind."""
        found = []
        for kind, size in sizes.items():
            for number in range(size):
                person = self._ordinary(f"{kind}-{number:03}", kind)
                getattr(self, f"_as_{kind}")(person, number)
                found.append(person)
        return found

    def _address(self, network: str = "198.18") -> str:
        return f"{network}.{self.rng.integers(0, 250)}.{self.rng.integers(1, 250)}"

    def _ordinary(self, account_id: str, kind: str) -> Person:
        rng = self.rng
        script = str(rng.choice(SCRIPTS))
        start = int(rng.integers(0, 24))
        return Person(
            account_id=account_id,
            kind=kind,
            script=script,
            ask=lambda: self.book.chat(script),
            addresses=[self._address() for _ in range(int(rng.integers(1, 4)))],
            client=str(rng.choice(COMMON_CLIENTS)),
            instrument=f"card-{account_id}",
            email_domain=str(rng.choice(FREE_MAIL)),
            country=str(rng.choice(COUNTRIES)),
            system_prompt="You are a helpful assistant." if rng.random() < 0.3 else None,
            hours=(start + np.arange(int(rng.integers(5, 14)))) % 24,
            daily_mean=float(rng.lognormal(2.7, 0.4)),
        )

    def _as_ordinary(self, person: Person, number: int) -> None:
        pass

    def _as_carrier(self, person: Person, number: int) -> None:
        person.addresses = [f"203.0.113.{1 + number % 3}"]

    def _as_dormant(self, person: Person, number: int) -> None:
        person.daily_mean = 0.0

    def _as_company(self, person: Person, number: int) -> None:
        person.organisation, person.email_domain = "org-company", "company.example"
        person.instrument, person.addresses = "invoice-company", ["192.0.2.10"]

    def _as_app(self, person: Person, number: int) -> None:
        person.organisation, person.email_domain = "org-app", "receipts.example"
        person.instrument, person.addresses, person.client = "invoice-app", ["192.0.2.20"], "receipt-reader/3.1"
        person.ask, person.system_prompt = lambda: APP_FRAME.format(item=self.book.words(25)), None
        person.hours, person.daily_mean = np.arange(24), 30.0

    def _as_class(self, person: Person, number: int) -> None:
        person.addresses, person.email_domain = ["192.0.2.30"], "students.example"
        person.hours = np.array([9, 10])
        exercises = [CLASS_TASK.format(number=count, item=f"1, 2, {count}") for count in range(12)]
        person.ask = lambda: self.book.one_of(exercises) if self.rng.random() < 0.8 else self.book.chat("latin")

    def _as_office(self, person: Person, number: int) -> None:
        """Eight colleagues behind one address and domain, each with a card and work of their own."""
        person.addresses, person.email_domain = [f"192.0.2.{100 + number // 8}"], f"office-{number // 8}.example"

    def _as_agency(self, person: Person, number: int) -> None:
        """Six clients whose bills one agency pays; they have nothing else in common."""
        person.instrument = f"card-agency-{number // 6}"

    def _as_course(self, person: Person, number: int) -> None:
        """Eight strangers who work through one published prompt."""
        self._as_classroom(person, number)
        person.addresses, person.email_domain, person.hours = [self._address()], FREE_MAIL[0], np.arange(8, 20)

    def _as_classroom(self, person: Person, number: int) -> None:
        """Eight students behind one address and domain who solve the same exercises in the same hours."""
        self._as_class(person, number)
        room = number // 8
        person.addresses, person.email_domain = [f"192.0.2.{150 + room}"], f"school-{room}.example"
        ask = person.ask
        person.ask = lambda: f"{self.topics[room]} {ask()}"

    def _as_hydra(self, person: Person, number: int) -> None:
        person.instrument = f"card-hydra-{number % 6}"
        person.addresses = [f"198.51.100.{10 + (number + step) % 9}" for step in range(3)]
        person.client = f"harness/0.{number % 4}"
        person.ask = lambda: self.book.harness(self.topics)
        person.hours, person.daily_mean, person.is_even = np.arange(24), 24 * 4.0, True

    def _as_barred(self, person: Person, number: int) -> None:
        person.organisation, person.email_domain = "org-front", "front.example"
        person.instrument = "invoice-front"
