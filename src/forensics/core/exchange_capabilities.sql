-- What each of the day's exchanges asks for. Masks are few: they are spelt out first. Sorted by account, since ids of
-- exchanges are most of the file and those of accounts then cost nothing.
WITH masks AS (
    SELECT DISTINCT capability_mask FROM day_exchanges
), spelt AS (
    SELECT masks.capability_mask, named.capability
    FROM masks JOIN day_capabilities AS named ON (masks.capability_mask & named.bit_value) <> 0
)
SELECT
    exchanges.snapshot_date,
    exchanges.exchange_id,
    CAST(exchanges.account_id AS VARCHAR) AS account_id,
    spelt.capability
FROM day_exchanges AS exchanges JOIN spelt ON exchanges.capability_mask = spelt.capability_mask
ORDER BY exchanges.account_id, exchanges.exchange_id, spelt.capability
