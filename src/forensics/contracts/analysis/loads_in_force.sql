SELECT snapshot_date, load_id, load_number, table_name, file, row_count, quarantined_count, bytes, sha256
FROM raw.loads
QUALIFY load_number = MAX(load_number) OVER (PARTITION BY snapshot_date)
