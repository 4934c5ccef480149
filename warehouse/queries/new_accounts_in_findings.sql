-- Which accounts of findings were opened in the last thirty days, and how soon did they work at full load?
SELECT finding_id, confidence, account_id, created_at, MIN(snapshot_date) AS first_active_on,
       MIN(snapshot_date) - CAST(created_at AS DATE) AS days_until_active, MAX(days.exchange_count) AS busiest_day_count
FROM analysis.finding_members JOIN core.account_days AS days USING (account_id)
WHERE created_at >= (SELECT MAX(snapshot_date) FROM core.account_days) - INTERVAL 30 DAY
GROUP BY finding_id, confidence, account_id, created_at
ORDER BY created_at, finding_id, account_id;
