"""The step features: what each account is like over the window."""

import duckdb

from forensics.features.accounts import accounts
from forensics.features.capabilities import account_capabilities
from forensics.features.family_use import family_use
from forensics.features.organisation_decisions import organisation_decisions
from forensics.features.organisation_identities import organisation_identities
from forensics.features.organisation_pairs import organisation_pairs
from forensics.features.organisations.registers import newest_register
from forensics.features.payers import payers
from forensics.features.prompt_profiles import prompt_profiles
from forensics.features.template_families import template_families
from forensics.features.template_fills import template_fills
from forensics.features.templates import templates
from forensics.settings import Settings
from forensics.warehouse.tables import replace_table
from forensics.window import Window

__all__ = ["build", "build_identities"]


def build(connection: duckdb.DuckDBPyConnection, settings: Settings, window: Window) -> dict[str, int]:
    """Replace every table of the step by its state as of the window's last day; rows written by full name."""
    rows = build_identities(connection, settings, window)
    rows["features.payers"] = replace_table(connection, "features.payers", payers(connection, window))
    families = template_families(connection, window)
    rows["features.template_families"] = replace_table(connection, "features.template_families", families)
    with family_use(connection, window):
        rows["features.templates"] = replace_table(connection, "features.templates", templates(connection, window))
        fills = template_fills(connection, window)
        rows["features.template_fills"] = replace_table(connection, "features.template_fills", fills)
        profiles = prompt_profiles(connection, window, per_account=settings.prompts_per_account)
        rows["features.prompt_profiles"] = replace_table(connection, "features.prompt_profiles", profiles)
        described = accounts(connection, window, minimum_exchanges=settings.minimum_exchanges)
        rows["features.accounts"] = replace_table(connection, "features.accounts", described)
    asked = account_capabilities(connection, window, minimum_exchanges=settings.minimum_exchanges)
    rows["features.account_capabilities"] = replace_table(connection, "features.account_capabilities", asked)
    return rows


def build_identities(connection: duckdb.DuckDBPyConnection, settings: Settings, window: Window) -> dict[str, int]:
    """Which organisations are one; payers rest on it."""
    organisations = newest_register(connection, window, "organisations")
    pairs = organisation_pairs(organisations, newest_register(connection, window, "ownership"))
    decisions = organisation_decisions(settings.organisation_decisions)
    tables = {
        "features.organisation_pairs": pairs,
        "features.organisation_decisions": decisions,
        "features.organisation_identities": organisation_identities(organisations, pairs, decisions),
    }
    return {name: replace_table(connection, name, frame) for name, frame in tables.items()}
