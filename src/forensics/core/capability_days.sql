-- How many of an account's exchanges of the day asked for each capability. Masks are few: they are counted first.
WITH masks AS (
    SELECT snapshot_date, account_id, capability_mask, COUNT(*) AS exchange_count
    FROM day_exchanges
    GROUP BY snapshot_date, account_id, capability_mask
)
SELECT
    masks.snapshot_date,
    masks.account_id,
    named.capability,
    named.classifier_id,
    CAST(SUM(masks.exchange_count) AS BIGINT) AS exchange_count
FROM masks JOIN day_capabilities AS named ON (masks.capability_mask & named.bit_value) <> 0
GROUP BY masks.snapshot_date, masks.account_id, named.capability, named.classifier_id
