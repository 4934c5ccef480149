SELECT days.snapshot_date, days.exchange_count, days.refused_count, days.input_tokens, days.output_tokens,
       days.exchange_count / traffic.exchange_count AS exchange_share, days.first_at, days.last_at
FROM core.account_days AS days JOIN analysis.daily_traffic AS traffic USING (snapshot_date)
WHERE days.account_id = account
ORDER BY snapshot_date
