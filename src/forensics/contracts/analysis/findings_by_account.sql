SELECT account_id, COUNT(*) AS finding_count, STRING_AGG(finding_id, ', ' ORDER BY finding_id) AS finding_ids,
       CASE MAX(CASE confidence WHEN 'high' THEN 3 WHEN 'moderate' THEN 2 ELSE 1 END)
           WHEN 3 THEN 'high' WHEN 2 THEN 'moderate' ELSE 'low' END AS highest_confidence
FROM reports.finding_accounts JOIN reports.findings USING (finding_id)
GROUP BY account_id
