-- Which accounts were active in twenty or more hours of a day? Services are, people are not.
WITH hours AS (
    SELECT account_id, snapshot_date, COUNT(*) AS hour_count, SUM(exchange_count)::BIGINT AS exchange_count
    FROM core.account_hours GROUP BY account_id, snapshot_date
)
SELECT account_id, COUNT(*) AS day_count, MAX(hour_count) AS most_hours, SUM(exchange_count)::BIGINT AS exchange_count,
       ANY_VALUE(organisation_name) AS organisation_name, ANY_VALUE(finding_ids) AS finding_ids
FROM hours
LEFT JOIN analysis.current_accounts USING (account_id)
LEFT JOIN analysis.findings_by_account USING (account_id)
WHERE hour_count >= 20
GROUP BY account_id
ORDER BY day_count DESC, exchange_count DESC, account_id;
