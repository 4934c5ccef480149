WITH newest AS (
    SELECT * FROM raw.accounts
    QUALIFY ROW_NUMBER() OVER (PARTITION BY account_id ORDER BY snapshot_date DESC) = 1
),
named AS (
    SELECT organisation_id, ARG_MAX(name, snapshot_date) AS organisation_name
    FROM raw.organisations GROUP BY organisation_id
)
SELECT account_id, snapshot_date AS listed_on, created_at, organisation_id, organisation_name, email_domain, channel,
       status, status_changed_at, plan, programme
FROM newest LEFT JOIN named USING (organisation_id)
