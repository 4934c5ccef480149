-- Which prompt templates do several unrelated payers share and almost nobody else?
SELECT text, part, payer_count, ROUND(100 * payer_share, 2) AS payer_percent, account_count, exchange_count, first_on, last_on
FROM features.templates
WHERE payer_count BETWEEN 3 AND 50
ORDER BY exchange_count DESC, template_id
LIMIT 25;
