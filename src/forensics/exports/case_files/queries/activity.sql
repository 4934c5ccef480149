-- Exchanges of each finding's busiest accounts in columns of some hours, counted from the first day of the picture.
WITH chosen AS (
    SELECT finding_id, account_id, exchange_count FROM reports.finding_accounts
    QUALIFY row_number() OVER (PARTITION BY finding_id ORDER BY exchange_count DESC, account_id) <= $most_rows
),
cells AS (
    SELECT account_id, (date_diff('day', $first_shown, snapshot_date) * 24 + hour) // $hours AS cell,
           sum(exchange_count)::BIGINT AS exchange_count
    FROM core.account_hours
    WHERE snapshot_date BETWEEN $first_shown AND $as_of AND account_id IN (SELECT account_id FROM chosen)
    GROUP BY account_id, cell
)
SELECT finding_id, account_id, list(cell ORDER BY cell) AS cells,
       list(cells.exchange_count ORDER BY cell) AS exchange_counts
FROM chosen JOIN cells USING (account_id)
GROUP BY finding_id, account_id, chosen.exchange_count
ORDER BY finding_id, chosen.exchange_count DESC, account_id
