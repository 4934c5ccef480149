-- How did traffic change from day to day: accounts, exchanges, refusals?
SELECT snapshot_date, account_count, exchange_count,
       analysis.percent(exchange_count / LAG(exchange_count) OVER (ORDER BY snapshot_date) - 1) AS percent_more,
       analysis.percent(refused_count / exchange_count) AS percent_refused,
       analysis.percent(rate_limited_count / exchange_count) AS percent_rate_limited
FROM analysis.daily_traffic
ORDER BY snapshot_date;
