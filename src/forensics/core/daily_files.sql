-- Which Parquet files hold the day's rows of the tables that are kept in files.
SELECT CAST($day AS DATE) AS snapshot_date, table_name, file_name
FROM (
    VALUES
        ('account_minutes', $account_minutes),
        ('exchange_capabilities', $exchange_capabilities),
        ('exchange_templates', $exchange_templates),
        ('fill_days', $fill_days),
        ('prompt_days', $prompt_days),
        ('prompt_samples', $prompt_samples),
        ('sample_templates', $sample_templates),
        ('template_days', $template_days),
        ('template_pairs', $template_pairs)
) AS written (table_name, file_name)
