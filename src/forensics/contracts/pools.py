"""Tables of infrastructure pools: what many accounts leave through or pay with, and which campaigns do."""

import dataframely as dy

from forensics.contracts.core import share
from forensics.contracts.tables import table


@table("links", kind="derived", grain="infrastructure pool")
class Pools(dy.Schema):
    """Addresses or payment instruments that the same accounts use: an object of its own, whoever the accounts are."""

    pool_id = dy.String(primary_key=True, description="Hash of the pool's values; changes with them.")
    family = dy.Enum(["network", "payment"], description="network: a pool of addresses; payment: of instruments.")
    value_count = dy.Int64(min=2, description="Addresses or instruments in it, of those that accounts share.")
    hub_count = dy.Int64(min=0, description="Hubs among them: they link nobody and carry traffic all the same.")
    network_kind = dy.String(
        nullable=True, description="What most of its addresses with a known block are used for; null if unknown."
    )
    account_count = dy.Int64(min=2, description="Accounts that used any of its values in the window.")
    payer_count = dy.Int64(min=1, description="Unrelated payers among them.")
    inside_count = dy.Int64(min=5, description="Accounts that are at home in it: most of their shared values are.")
    inside_share = share(
        "Of the shared values that those accounts use, how many are in the pool, by account and value."
    )
    exchange_count = dy.Int64(
        min=0, description="Exchanges through it. Addresses: sent from one; instruments: of accounts that pay with one."
    )


@table("links", kind="derived", grain="signal value in an infrastructure pool")
class PoolSignals(dy.Schema):
    """Which values make up each pool; a value is in one pool at most."""

    pool_id = dy.String(primary_key=True, description="Pool.")
    signal_kind = dy.String(primary_key=True, description="ip or payment_instrument.")
    signal_value = dy.String(primary_key=True, description="Value as it came in; an attacker may have written it.")


@table("links", kind="derived", grain="account that uses an infrastructure pool")
class PoolAccounts(dy.Schema):
    """Customers of each pool; one account may use several, and most of them have done nothing wrong."""

    pool_id = dy.String(primary_key=True, description="Pool.")
    account_id = dy.String(primary_key=True, description="Account.")
    is_inside = dy.Bool(description="Whether it is at home in the pool: most of its shared values are.")
    value_count = dy.Int64(min=1, description="Values of the pool it used.")
    exchange_count = dy.Int64(min=0, description="Its exchanges through the pool.")
    exchange_share = share("Those over all its exchanges in the window.")


@table("reports", kind="derived", grain="infrastructure pool and campaign that uses it")
class PoolCampaigns(dy.Schema):
    """How much of each pool's traffic each campaign makes up, and who else is there: many pools, many campaigns."""

    pool_id = dy.String(primary_key=True, description="Pool, as in links.pools.")
    finding_id = dy.String(primary_key=True, description="Campaign: a finding on a group of accounts.")
    family = dy.Enum(["network", "payment"], description="As in links.pools.")
    account_count = dy.Int64(min=2, description="Accounts of the campaign that use the pool.")
    campaign_account_count = dy.Int64(min=2, description="Accounts of the campaign.")
    pool_account_count = dy.Int64(min=2, description="Accounts of the pool.")
    bystander_count = dy.Int64(min=0, description="Accounts of the pool that stand beside the campaign, not accused.")
    other_account_count = dy.Int64(min=0, description="Accounts of the pool in no finding on a group.")
    exchange_count = dy.Int64(min=0, description="Exchanges of the campaign's accounts through the pool.")
    pool_exchange_count = dy.Int64(min=0, description="All exchanges through the pool.")
    pool_share = share("Share of the pool's traffic that the campaign's accounts make up.")
    pool_share_low = share("Lower end of its 95 % interval: Wilson, with accounts as units, weighed by their traffic.")
    pool_share_high = share("Upper end of that interval.")
    campaign_share = share("Share of the campaign's traffic that goes through the pool.")
