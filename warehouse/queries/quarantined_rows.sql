-- What did the loader set aside, why, and from which file?
SELECT snapshot_date, table_name, rule, file, COUNT(*) AS row_count, MIN(row_number) AS first_row, MIN(value) AS example_value
FROM raw.quarantine
GROUP BY snapshot_date, table_name, rule, file
ORDER BY snapshot_date, table_name, row_count DESC, rule, file;
