-- Accounts that joined or left each finding since the last as-of date that knew it: how many, and the first of them.
WITH before AS (
    SELECT finding_id, max(as_of) AS as_of FROM reports.finding_history WHERE as_of < $as_of GROUP BY finding_id
),
earlier AS (
    SELECT finding_id, account_id FROM reports.finding_history SEMI JOIN before USING (finding_id, as_of)
),
now AS (
    SELECT finding_id, account_id FROM reports.finding_accounts SEMI JOIN before USING (finding_id)
),
moved AS (
    SELECT finding_id, account_id, 'joined' AS movement FROM now ANTI JOIN earlier USING (finding_id, account_id)
    UNION ALL
    SELECT finding_id, account_id, 'left' AS movement FROM earlier ANTI JOIN now USING (finding_id, account_id)
)
SELECT finding_id, movement, account_id, count(*) OVER (PARTITION BY finding_id, movement) AS account_count
FROM moved
WHERE finding_id IN (SELECT finding_id FROM reports.findings)
QUALIFY row_number() OVER (PARTITION BY finding_id, movement ORDER BY account_id) <= $most_moved
ORDER BY finding_id, movement, account_id
