-- Which templates each of the day's exchanges follows.
SELECT snapshot_date, exchange_id, account_id, template_id, part, fill_hash FROM day_exchange_templates
