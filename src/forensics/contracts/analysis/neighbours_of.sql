WITH mine AS (
    SELECT signal_kind, signal_value, bits FROM analysis.signal_carriers WHERE account_id = account AND NOT is_hub
)
SELECT theirs.account_id, COUNT(*) AS shared_values, ROUND(SUM(mine.bits), 2) AS bits,
       STRING_AGG(DISTINCT signal_kind, ', ' ORDER BY signal_kind) AS kinds
FROM mine JOIN links.account_signals AS theirs USING (signal_kind, signal_value)
WHERE theirs.account_id <> account
GROUP BY theirs.account_id
ORDER BY bits DESC, account_id
