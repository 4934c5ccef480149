-- What was taken out on purpose after it was loaded, when, by whom and why?
SELECT CAST(removed_at AS DATE) AS removed_on, cause, removed_by, reason, table_name, COUNT(*) AS removal_count,
       SUM(removed_count)::BIGINT AS row_count, MIN(snapshot_date) AS first_day, MAX(snapshot_date) AS last_day
FROM raw.removals
GROUP BY ALL
ORDER BY removed_on, cause, table_name, removed_by, reason;
