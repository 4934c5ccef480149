-- Every statement for and against each finding.
SELECT finding_id, statement_number, stance, statement, measure, value, baseline, source_table, source_key
FROM reports.finding_evidence
QUALIFY row_number() OVER (PARTITION BY finding_id ORDER BY statement_number) <= $most_statements
ORDER BY finding_id, statement_number
