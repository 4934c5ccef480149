-- Which templates each of the day's exchanges follows.
SELECT
    snapshot_date,
    exchange_id,
    CAST(account_id AS VARCHAR) AS account_id,
    CAST(template_id AS VARCHAR) AS template_id,
    part,
    fill_hash
FROM day_exchange_templates
ORDER BY exchange_id, day_exchange_templates.template_id
