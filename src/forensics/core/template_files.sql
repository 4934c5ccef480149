-- Which Parquet file holds the day's rows of core.exchange_templates.
SELECT CAST($day AS DATE) AS snapshot_date, $template_file AS file_name
