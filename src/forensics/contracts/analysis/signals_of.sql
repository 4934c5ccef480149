SELECT signal_kind, signal_value, account_count, payer_count, ROUND(bits, 2) AS bits, is_hub, use_count, first_at, last_at
FROM analysis.signal_carriers WHERE account_id = account
ORDER BY bits DESC, signal_kind, signal_value
