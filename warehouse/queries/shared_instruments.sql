-- Which payment instruments link accounts of three or more payers or organisations?
SELECT
    signal_value AS instrument_id,
    COUNT(DISTINCT account_id) AS account_count,
    COUNT(DISTINCT organisation_id) AS organisation_count,
    STRING_AGG(account_id, ', ' ORDER BY account_id) AS accounts
FROM links.account_signals
JOIN features.payers USING (account_id)
WHERE signal_kind = 'payment_instrument'
GROUP BY signal_value
HAVING COUNT(DISTINCT COALESCE(organisation_id, account_id)) >= 3
ORDER BY account_count DESC, instrument_id;
