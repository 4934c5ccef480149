-- Which Parquet files hold the day's rows of the tables that are kept in files.
SELECT CAST($day AS DATE) AS snapshot_date, 'exchange_templates' AS table_name, $exchange_templates AS file_name
UNION ALL
SELECT CAST($day AS DATE) AS snapshot_date, 'exchange_capabilities' AS table_name, $exchange_capabilities AS file_name
