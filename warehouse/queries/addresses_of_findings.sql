-- Which addresses do a finding's accounts use, how many strangers use them too, and would blocking hit bystanders?
SELECT finding_id, signal_value AS address, accounts_sharing, accounts_sharing_outside, network_kind, is_hub,
       NOT is_hub AND accounts_sharing_outside = 0 AS nobody_else_uses_it
FROM reports.finding_signals JOIN links.signals USING (signal_kind, signal_value)
WHERE signal_kind = 'ip'
ORDER BY finding_id, accounts_sharing DESC, address;
