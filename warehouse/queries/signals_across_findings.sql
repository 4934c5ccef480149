-- Which values occur in more than one finding: is one operator behind both, or one carrier?
SELECT signal_kind, signal_value, COUNT(*) AS finding_count, SUM(accounts_sharing)::BIGINT AS accounts_sharing,
       MIN(accounts_sharing_outside) AS fewest_outside, STRING_AGG(finding_id, ', ' ORDER BY finding_id) AS findings
FROM reports.finding_signals
GROUP BY signal_kind, signal_value
HAVING COUNT(*) >= 2
ORDER BY finding_count DESC, fewest_outside, signal_kind, signal_value;
