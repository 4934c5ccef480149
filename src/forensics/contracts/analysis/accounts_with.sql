SELECT account_id, payer_id, organisation_id, use_count, first_at, last_at, is_hub
FROM analysis.signal_carriers WHERE signal_kind = kind AND signal_value = value
ORDER BY account_id
