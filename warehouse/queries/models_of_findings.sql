-- Which models do accounts of accusing findings call, beside everybody else? Reads the exchanges' files, not their text.
WITH accused AS (
    SELECT DISTINCT account_id FROM analysis.finding_members WHERE confidence IN ('high', 'moderate')
),
called AS (
    SELECT model, account_id IN (SELECT account_id FROM accused) AS is_accused, COUNT(*) AS exchange_count
    FROM raw.exchanges GROUP BY ALL
)
SELECT model,
       SUM(exchange_count) FILTER (is_accused)::BIGINT AS accused_exchanges,
       SUM(exchange_count) FILTER (NOT is_accused)::BIGINT AS other_exchanges,
       analysis.percent(SUM(exchange_count) FILTER (is_accused) / SUM(exchange_count)) AS percent_accused
FROM called GROUP BY model
ORDER BY accused_exchanges DESC NULLS LAST, model;
