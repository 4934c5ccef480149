-- Which API keys, client fingerprints and conversations were used by accounts of two payers or more?
SELECT signal_kind, signal_value, account_count, payer_count, ROUND(bits, 1) AS bits,
       STRING_AGG(account_id, ', ' ORDER BY account_id) AS accounts
FROM analysis.signal_carriers
WHERE signal_kind IN ('api_key', 'client_fingerprint', 'conversation') AND payer_count >= 2 AND NOT is_hub
GROUP BY signal_kind, signal_value, account_count, payer_count, bits
ORDER BY bits DESC, signal_kind, signal_value;
