-- How much of each finding is stopped already, and who of it still sends?
SELECT finding_id, findings.kind, findings.confidence, COUNT(*) AS account_count,
       COUNT(*) FILTER (members.status <> 'active') AS stopped_count,
       analysis.percent(COUNT(*) FILTER (members.status <> 'active') / COUNT(*)) AS percent_stopped,
       COALESCE(SUM(members.exchange_count) FILTER (members.status = 'active'), 0)::BIGINT AS exchanges_of_active
FROM reports.findings JOIN analysis.finding_members AS members USING (finding_id)
GROUP BY finding_id, findings.kind, findings.confidence, findings.score
ORDER BY findings.score DESC, finding_id;
