-- Which accounts carry the values of the link graph: those with most of them first.
WITH placed AS (
    SELECT finding_id, signal_kind, signal_value,
           row_number() OVER (
               PARTITION BY finding_id ORDER BY is_hub, kind_place, q_value, signal_kind, signal_value
           ) - 1 AS place
    FROM (
        SELECT shared.finding_id, shared.signal_kind, shared.signal_value, shared.q_value,
               coalesce(is_hub, false) AS is_hub,
               row_number() OVER (
                   PARTITION BY shared.finding_id, shared.signal_kind
                   ORDER BY coalesce(is_hub, false), q_value, accounts_sharing DESC, signal_value
               ) AS kind_place
        FROM reports.finding_signals AS shared LEFT JOIN links.signals USING (signal_kind, signal_value)
    )
    QUALIFY place < $most_values
),
carried AS (
    SELECT members.finding_id, members.account_id, members.membership, list_sort(list(DISTINCT place)) AS places
    FROM placed
    JOIN reports.finding_accounts AS members USING (finding_id)
    JOIN links.account_signals USING (account_id, signal_kind, signal_value)
    GROUP BY members.finding_id, members.account_id, members.membership
)
SELECT finding_id, account_id, places FROM carried
QUALIFY row_number() OVER (PARTITION BY finding_id ORDER BY len(places) DESC, membership DESC, account_id)
    <= $most_nodes
ORDER BY finding_id, len(places) DESC, membership DESC, account_id
