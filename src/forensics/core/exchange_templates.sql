-- Which templates each of the day's exchanges follows. An account's fills of a template are numbered, which takes a
-- twentieth of the room of their hashes: first those that are items, in the order by which core.fill_days keeps them.
SELECT
    snapshot_date,
    exchange_id,
    account_id,
    template_id,
    part,
    DENSE_RANK() OVER (
        PARTITION BY account_id, template_id
        ORDER BY CASE WHEN part <> 'system' OR is_long THEN 0 ELSE 1 END, fill_hash
    ) AS fill_number
FROM day_exchange_templates
