-- What people decided on each finding, or on the one it comes from.
SELECT findings.finding_id, decision_number, decisions.finding_id AS decided_finding_id, verdict, decisions.decided_at,
       decisions.decided_by, reason, is_in_force
FROM reports.findings
JOIN reports.decisions
  ON decisions.finding_id = findings.finding_id OR decisions.finding_id = findings.decided_finding_id
QUALIFY row_number() OVER (PARTITION BY findings.finding_id ORDER BY decision_number DESC) <= 10
ORDER BY findings.finding_id, decision_number
