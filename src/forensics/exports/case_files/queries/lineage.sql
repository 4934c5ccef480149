-- From which earlier finding each comes.
SELECT finding_id, predecessor_finding_id, relation, predecessor_as_of, account_count, predecessor_account_count,
       common_account_count, overlap_share
FROM reports.finding_lineage WHERE as_of = $as_of
QUALIFY row_number() OVER (PARTITION BY finding_id ORDER BY overlap_share DESC, predecessor_finding_id) <= 10
ORDER BY finding_id, overlap_share DESC, predecessor_finding_id
