-- What would be held of each finding without one family of its evidence; what costs it most comes first.
SELECT finding_id, family, evidence, linked_count, linked_share, control_without, confidence_without
FROM reports.finding_robustness
ORDER BY finding_id,
         CASE confidence_without WHEN 'high' THEN 3 WHEN 'moderate' THEN 2 WHEN 'low' THEN 1 ELSE 0 END,
         coalesce(linked_share, 1), family
