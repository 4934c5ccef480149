SELECT mine.signal_kind, mine.signal_value, mine.account_count, mine.payer_count, ROUND(mine.bits, 2) AS bits, mine.is_hub
FROM analysis.signal_carriers AS mine
JOIN links.account_signals AS theirs USING (signal_kind, signal_value)
WHERE mine.account_id = first_account AND theirs.account_id = second_account
ORDER BY bits DESC, signal_kind, signal_value
