-- What each of the day's exchanges asks for. Masks are few: they are spelt out first.
WITH masks AS (
    SELECT DISTINCT capability_mask FROM day_exchanges
), spelt AS (
    SELECT masks.capability_mask, named.capability
    FROM masks JOIN day_capabilities AS named ON (masks.capability_mask & named.bit_value) <> 0
)
SELECT
    exchanges.snapshot_date,
    exchanges.exchange_id,
    exchanges.account_id,
    spelt.capability
FROM day_exchanges AS exchanges JOIN spelt ON exchanges.capability_mask = spelt.capability_mask
