-- What did the loads in force set aside, why, and from which file? A row that breaks two rules is in two lines.
WITH in_force AS (
    SELECT snapshot_date, load_id, table_name, file, quarantined_count
    FROM raw.loads
    QUALIFY load_number = MAX(load_number) OVER (PARTITION BY snapshot_date)
)
SELECT snapshot_date, table_name, file, ANY_VALUE(quarantined_count) AS file_quarantined_count, rule,
       COUNT(*) AS row_count, MIN(row_number) AS first_row, MIN(value) AS example_value
FROM in_force
JOIN raw.quarantine USING (snapshot_date, load_id, table_name, file)
GROUP BY snapshot_date, table_name, file, rule
ORDER BY snapshot_date, table_name, row_count DESC, rule, file;
