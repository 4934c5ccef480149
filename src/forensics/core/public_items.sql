-- Sampled prompts that hold a known public item.
SELECT snapshot_date, account_id, exchange_id, item_list, item, overlap, overlap_share FROM day_public_items
