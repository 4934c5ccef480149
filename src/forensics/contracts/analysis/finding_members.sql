SELECT members.finding_id, findings.kind, findings.confidence, members.account_id, members.role, members.membership,
       members.exchange_count, current.created_at, current.status, current.email_domain, members.organisation_id,
       current.organisation_name, payers.payer_id
FROM reports.finding_accounts AS members
JOIN reports.findings AS findings USING (finding_id)
LEFT JOIN analysis.current_accounts AS current USING (account_id)
LEFT JOIN features.payers AS payers USING (account_id)
