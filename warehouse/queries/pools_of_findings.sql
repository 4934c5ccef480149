-- Which pools of addresses and instruments does each finding use, how much of a pool is it, and who else is there?
SELECT pool_id, network_kind, value_count, finding_id, kind, confidence, matrix.account_count, campaign_share,
       pool_share, pool_share_low, pool_share_high, other_account_count,
       COUNT(*) OVER (PARTITION BY pool_id) AS findings_in_pool
FROM reports.pool_campaigns AS matrix
JOIN links.pools USING (pool_id)
JOIN reports.findings USING (finding_id)
ORDER BY findings_in_pool DESC, pool_id, pool_share DESC, finding_id;
