SELECT carried.signal_kind, carried.signal_value, carried.account_id, payers.payer_id, payers.organisation_id,
       carried.use_count, carried.first_at, carried.last_at, signals.account_count, signals.payer_count, signals.bits,
       signals.is_hub
FROM links.account_signals AS carried
JOIN links.signals AS signals USING (signal_kind, signal_value)
LEFT JOIN features.payers AS payers USING (account_id)
