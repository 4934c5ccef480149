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
-- Families of which several companies are in use: a single one's accounts are linked by its own name.
sisters AS (
    SELECT controlling_organisation_id
    FROM state JOIN links.controlling_organisations USING (organisation_id)
    JOIN features.organisation_identities USING (organisation_id)
    GROUP BY controlling_organisation_id
    HAVING COUNT(DISTINCT identity_id) >= 2
),
shared_templates AS (
    SELECT template_id FROM core.template_days WHERE snapshot_date BETWEEN $first AND $last
    GROUP BY template_id HAVING COUNT(DISTINCT account_id) >= $template_accounts
),
-- Most prompts come once and are one account's own: they are left out while they are numbers.
repeated_prompts AS (
    SELECT prompt_hash FROM core.prompt_days WHERE snapshot_date BETWEEN $first AND $last
    GROUP BY prompt_hash HAVING COUNT(*) > 1
),
shared_prompts AS (
    SELECT prompt_hash FROM core.prompt_days
    WHERE snapshot_date BETWEEN $first AND $last AND prompt_hash IN (SELECT prompt_hash FROM repeated_prompts)
    GROUP BY prompt_hash HAVING MIN(account_id) <> MAX(account_id)
),
used AS (
    SELECT account_id, signal_kind, signal_value, SUM(use_count) AS use_count, MIN(first_at) AS first_at, MAX(last_at) AS last_at
    FROM core.signal_days WHERE snapshot_date BETWEEN $first AND $last
    GROUP BY account_id, signal_kind, signal_value
    UNION ALL
    SELECT
        account_id, 'prompt', CAST(prompt_hash AS VARCHAR), SUM(use_count),
        CAST(MIN(snapshot_date) AS TIMESTAMP), CAST(MAX(snapshot_date) AS TIMESTAMP)
    FROM core.prompt_days WHERE snapshot_date BETWEEN $first AND $last AND prompt_hash IN (FROM shared_prompts)
    GROUP BY account_id, prompt_hash
    UNION ALL
    SELECT account_id, 'signup_ip', signup_ip, 1, created_at, created_at FROM state WHERE signup_ip IS NOT NULL
    UNION ALL
    SELECT
        account_id,
        CASE WHEN LOWER(email_domain) IN (SELECT domain FROM disposable_providers) THEN 'disposable_email_domain' ELSE 'email_domain' END,
        SUBSTR(LOWER(email_domain), 1, 200), 1, created_at, created_at
    FROM state WHERE email_domain <> ''
    UNION ALL
    SELECT account_id, 'organisation', SUBSTR(COALESCE(identity_id, organisation_id), 1, 200), 1, created_at, created_at
    FROM state LEFT JOIN features.organisation_identities USING (organisation_id)
    WHERE organisation_id <> ''
    UNION ALL
    SELECT account_id, 'controlling_organisation', SUBSTR(controlling_organisation_id, 1, 200), 1, created_at, created_at
    FROM state JOIN links.controlling_organisations USING (organisation_id)
    WHERE controlling_organisation_id IN (SELECT controlling_organisation_id FROM sisters)
    UNION ALL
    -- An exchange may carry a template's beginning and its end: the part that is seen most counts. Of a family's
    -- variations most must be such as others use too: who words a common task in a way of his own shares no text.
    SELECT account_id, 'prompt_template', family_id, MAX(shared_count), MIN(first_at), MAX(last_at)
    FROM (
        SELECT
            account_id, family_id, SPLIT_PART(template_id, '-', 1) AS part, SUM(exchange_count) AS use_count,
            SUM(CASE WHEN template_id IN (SELECT template_id FROM shared_templates) THEN exchange_count ELSE 0 END)
                AS shared_count,
            CAST(MIN(snapshot_date) AS TIMESTAMP) AS first_at, CAST(MAX(snapshot_date) AS TIMESTAMP) AS last_at
        FROM core.template_days JOIN features.template_families USING (template_id)
        WHERE snapshot_date BETWEEN $first AND $last AND family_id IN (SELECT template_id FROM features.templates)
        GROUP BY account_id, family_id, SPLIT_PART(template_id, '-', 1)
    ) AS parts
    GROUP BY account_id, family_id
    HAVING MAX(shared_count) >= $template_uses AND 2 * MAX(shared_count) >= MAX(use_count)
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
        WHEN signal_kind IN (
            'payment_instrument', 'signup_ip', 'email_domain', 'disposable_email_domain', 'organisation',
            'controlling_organisation'
        ) THEN NULL
        ELSE LEAST(1.0e0 * use_count / NULLIF(totals.exchange_count, 0), 1.0e0)
    END AS use_share,
    first_at,
    last_at
FROM counted LEFT JOIN totals ON totals.account_id = counted.account_id
WHERE account_count >= 2
