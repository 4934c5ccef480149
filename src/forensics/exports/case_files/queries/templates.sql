-- Templates that accounts of each finding share, the clearest first.
SELECT finding_id, template_id, part, text, variation_count, payer_count, accounts_sharing, accounts_sharing_outside,
       count(*) OVER (PARTITION BY finding_id) AS template_count
FROM reports.finding_signals JOIN features.templates ON template_id = signal_value
WHERE signal_kind = 'prompt_template'
QUALIFY row_number() OVER (PARTITION BY finding_id ORDER BY q_value, accounts_sharing DESC, template_id)
    <= $most_templates
ORDER BY finding_id, q_value, accounts_sharing DESC, template_id
