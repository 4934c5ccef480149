-- Values of an account over the window that at least one other account in use shares.
WITH totals AS (
    SELECT account_id, SUM(exchange_count) AS exchange_count
    FROM core.account_days WHERE snapshot_date BETWEEN $first AND $last
    GROUP BY account_id
),
state AS (
    SELECT * FROM (
        SELECT *, ROW_NUMBER() OVER (PARTITION BY account_id ORDER BY snapshot_date DESC) AS newest_first
        FROM raw.accounts WHERE snapshot_date BETWEEN $first AND $last
    ) AS numbered
    -- Accounts that nobody uses share domains and organisations too; they would only make everything look rare.
    WHERE newest_first = 1 AND account_id IN (SELECT account_id FROM features.payers)
),
used AS (
    SELECT account_id, signal_kind, signal_value, SUM(use_count) AS use_count, MIN(first_at) AS first_at, MAX(last_at) AS last_at
    FROM core.signal_days WHERE snapshot_date BETWEEN $first AND $last
    GROUP BY account_id, signal_kind, signal_value
    UNION ALL
    SELECT account_id, 'signup_ip', signup_ip, 1, created_at, created_at FROM state WHERE signup_ip IS NOT NULL
    UNION ALL
    SELECT account_id, 'email_domain', SUBSTR(LOWER(email_domain), 1, 200), 1, created_at, created_at
    FROM state WHERE email_domain <> ''
    UNION ALL
    SELECT account_id, 'organisation', SUBSTR(organisation_id, 1, 200), 1, created_at, created_at
    FROM state WHERE organisation_id <> ''
    UNION ALL
    SELECT
        account_id, 'prompt_template', template_id, SUM(core.template_days.exchange_count),
        CAST(MIN(snapshot_date) AS TIMESTAMP), CAST(MAX(snapshot_date) AS TIMESTAMP)
    FROM core.template_days JOIN features.templates USING (template_id)
    WHERE snapshot_date BETWEEN $first AND $last
    GROUP BY account_id, template_id
    HAVING SUM(core.template_days.exchange_count) >= $template_uses
),
counted AS (
    SELECT *, COUNT(*) OVER (PARTITION BY signal_kind, signal_value) AS account_count FROM used
)
SELECT
    counted.account_id,
    signal_kind,
    signal_value,
    use_count,
    CASE
        WHEN signal_kind IN ('payment_instrument', 'signup_ip', 'email_domain', 'organisation') THEN NULL
        ELSE LEAST(1.0e0 * use_count / NULLIF(totals.exchange_count, 0), 1.0e0)
    END AS use_share,
    first_at,
    last_at
FROM counted LEFT JOIN totals ON totals.account_id = counted.account_id
WHERE account_count >= 2
