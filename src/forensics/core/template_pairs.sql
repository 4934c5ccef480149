-- Templates that lie on the same exchanges: the beginning, the end and the system prompt of one campaign's requests.
SELECT
    one.snapshot_date,
    one.template_id,
    other.template_id AS other_template_id,
    COUNT(*) AS exchange_count
FROM day_exchange_templates AS one
JOIN day_exchange_templates AS other ON one.exchange_id = other.exchange_id AND one.template_id < other.template_id
GROUP BY one.snapshot_date, one.template_id, other.template_id
