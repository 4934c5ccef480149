"""What each kind of signal is worth: its independence family, whether it links alone, and when it is a hub."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SignalKind:
    """How values of a kind are read.

    Attributes:
        name: as in links.account_signals.
        family: independence family; values of one family may have one cause.
        links_alone: accounts up to which a shared value links two of them without any other; 0: never.
        hub_accounts: accounts above which a value links nobody, whatever the size of the provider.
        hub_share: the same as a share of all accounts, for small providers.
        label: what an investigator calls it.
        recurs: an account has many values of the kind, each of which says little; how many a pair shares is tested.
    """

    name: str
    family: str
    links_alone: int
    hub_accounts: int
    hub_share: float
    label: str
    recurs: bool = False


SIGNAL_KINDS = {
    kind.name: kind
    for kind in (
        # Who pays for both, or signs for both, is behind both, unless it is an agency: that is counter-evidence.
        SignalKind("payment_instrument", "payment", 400, 400, 0.05, "payment instrument"),
        SignalKind("api_key", "device", 200, 200, 0.05, "API key"),
        # A conversation goes on in another account by hand-over, or because two people opened it with the same words;
        # a long prompt comes twice by replay, or because two people copied it. One says little, many in a pair a lot.
        SignalKind("conversation", "content", 0, 50, 0.05, "handed-over conversation", recurs=True),
        SignalKind("prompt", "content", 0, 50, 0.05, "identical prompt", recurs=True),
        # Addresses are shared by households, offices, carriers and VPN customers: never alone.
        SignalKind("ip", "network", 0, 100, 0.02, "address"),
        SignalKind("ip_prefix", "network", 0, 100, 0.02, "address block"),
        SignalKind("signup_ip", "network", 0, 50, 0.02, "sign-up address"),
        SignalKind("client_fingerprint", "device", 0, 60, 0.015, "client fingerprint"),
        SignalKind("user_agent", "device", 0, 60, 0.015, "user agent"),
        SignalKind("email_domain", "organisation", 0, 100, 0.02, "e-mail domain"),
        SignalKind("disposable_email_domain", "organisation", 0, 100, 0.02, "provider of throw-away mail"),
        SignalKind("organisation", "organisation", 0, 200, 0.05, "organisation"),
        # Accounts of sister companies, wherever their head sits. It helps to find a group and is shown; it is evidence
        # of nothing: companies of one group share payers, addresses and tools as a matter of course.
        SignalKind("controlling_organisation", "organisation", 0, 200, 0.05, "controlling organisation"),
        SignalKind("prompt_template", "content", 0, 3000, 0.08, "prompt template"),
    )
}
"""Every kind by its name."""
