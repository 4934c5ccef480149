-- Which files is each day made of, and was any day loaded more than once?
SELECT snapshot_date, load_number, table_name, file, row_count, quarantined_count, bytes, sha256,
       load_number = MAX(load_number) OVER (PARTITION BY snapshot_date) AS in_force
FROM raw.loads
ORDER BY snapshot_date, load_number, table_name, file;
