-- What the day's sums stand on: the load in force, and what made them.
SELECT
    snapshot_date,
    arg_max(load_id, load_number) AS load_id,
    CAST($classifier_id AS VARCHAR) AS classifier_id,
    CAST($embedder_id AS VARCHAR) AS embedder_id,
    CAST($public_item_lists AS VARCHAR) AS public_item_lists,
    CAST($definition_id AS VARCHAR) AS definition_id
FROM raw.loads
WHERE snapshot_date = $day
GROUP BY snapshot_date
