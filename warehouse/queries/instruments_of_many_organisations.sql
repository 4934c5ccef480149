-- Which payment instruments link three or more accounts of different organisations this month?
WITH this_month AS (
    SELECT account_id, signal_value AS instrument_id
    FROM core.signal_days
    WHERE signal_kind = 'payment_instrument'
      AND snapshot_date >= (SELECT DATE_TRUNC('month', MAX(snapshot_date)) FROM core.signal_days)
)
SELECT instrument_id, COUNT(DISTINCT account_id) AS account_count,
       COUNT(DISTINCT organisation_id) AS organisation_count,
       COUNT(DISTINCT account_id) FILTER (organisation_id IS NULL) AS without_organisation_count,
       STRING_AGG(DISTINCT organisation_name, ', ' ORDER BY organisation_name) AS organisations
FROM this_month JOIN analysis.current_accounts USING (account_id)
GROUP BY instrument_id
HAVING COUNT(DISTINCT account_id) >= 3
   AND COUNT(DISTINCT organisation_id) + COUNT(DISTINCT account_id) FILTER (organisation_id IS NULL) >= 2
ORDER BY account_count DESC, instrument_id;
