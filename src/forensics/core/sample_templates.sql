-- Templates of the day's sampled prompts.
SELECT day_exchange_templates.snapshot_date, account_id, exchange_id, template_id
FROM day_exchange_templates JOIN day_prompt_samples USING (account_id, exchange_id)
