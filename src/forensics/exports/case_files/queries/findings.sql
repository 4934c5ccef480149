-- Every finding, the most urgent first.
SELECT * FROM reports.findings ORDER BY score DESC, finding_id
