SELECT snapshot_date, COUNT(*) AS account_count, SUM(exchange_count)::BIGINT AS exchange_count,
       SUM(refused_count)::BIGINT AS refused_count, SUM(rate_limited_count)::BIGINT AS rate_limited_count,
       SUM(input_tokens)::BIGINT AS input_tokens, SUM(output_tokens)::BIGINT AS output_tokens
FROM core.account_days GROUP BY snapshot_date
