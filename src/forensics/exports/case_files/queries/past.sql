-- What each finding was at the last as-of date before this one that knew it.
SELECT finding_id, as_of, status, confidence, account_count, exchange_count, supports, last_found_on
FROM reports.finding_states WHERE as_of < $as_of
QUALIFY row_number() OVER (PARTITION BY finding_id ORDER BY as_of DESC) = 1
ORDER BY finding_id
