-- What speaks for and against each finding, most certain first?
SELECT finding_id, kind, confidence, headline, stance, statement
FROM reports.findings
JOIN reports.finding_evidence USING (finding_id)
ORDER BY score DESC, finding_id, statement_number;
