-- Innocent explanations of each finding, the plausible ones first.
SELECT finding_id, rival, title, is_plausible, needs, explains, leaves, confidence_left, favours, band, calibration,
       calibration_group_count, observed_log_ratio_low, observed_log_ratio_high, "check"
FROM reports.finding_rivals ORDER BY finding_id, is_plausible DESC, confidence_left, rival
