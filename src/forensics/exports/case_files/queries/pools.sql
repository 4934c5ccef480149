-- Infrastructure pools of each finding: those that carry most of it first, and in each the campaigns that use it most.
WITH placed AS (
    SELECT finding_id, pool_id, campaign_share AS own_share, count(*) OVER (PARTITION BY finding_id) AS pool_count,
           row_number() OVER (PARTITION BY finding_id ORDER BY campaign_share DESC, pool_id) AS pool_place
    FROM reports.pool_campaigns QUALIFY pool_place <= $most_pools
),
beside AS (
    SELECT placed.*, campaigns.* EXCLUDE (finding_id, pool_id), campaigns.finding_id AS campaign_id,
           placed.finding_id = campaigns.finding_id AS is_own,
           count(*) OVER (PARTITION BY placed.finding_id, placed.pool_id) AS campaign_count,
           row_number() OVER (
               PARTITION BY placed.finding_id, placed.pool_id
               ORDER BY placed.finding_id <> campaigns.finding_id, pool_share DESC, campaigns.finding_id
           ) AS campaign_place
    FROM placed JOIN reports.pool_campaigns AS campaigns USING (pool_id)
)
SELECT beside.*, value_count, network_kind
FROM beside JOIN links.pools USING (pool_id)
WHERE campaign_place <= $most_campaigns
ORDER BY beside.finding_id, pool_place, campaign_place
