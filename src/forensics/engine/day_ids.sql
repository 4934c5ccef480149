-- The exchanges that may be sampled.
SELECT exchange_id, account_id FROM day_exchanges
