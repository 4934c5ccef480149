-- Shared values: of each kind the clearest, and the places they have in the link graph, where kinds take turns.
WITH ranked AS (
    SELECT shared.finding_id, shared.signal_kind, shared.signal_value, shared.accounts_sharing,
           shared.accounts_sharing_outside, shared.lift, shared.q_value, family, bits, network_kind,
           coalesce(is_hub, false) AS is_hub,
           count(*) OVER (PARTITION BY shared.finding_id, shared.signal_kind) AS kind_count,
           row_number() OVER (
               PARTITION BY shared.finding_id, shared.signal_kind
               ORDER BY coalesce(is_hub, false), q_value, accounts_sharing DESC, signal_value
           ) AS kind_place
    FROM reports.finding_signals AS shared LEFT JOIN links.signals USING (signal_kind, signal_value)
),
placed AS (
    SELECT *, min(q_value) OVER (PARTITION BY finding_id, signal_kind) AS kind_q_value,
           row_number() OVER (
               PARTITION BY finding_id ORDER BY is_hub, kind_place, q_value, signal_kind, signal_value
           ) - 1 AS place
    FROM ranked
)
SELECT * FROM placed WHERE kind_place <= $most_of_a_kind OR place < $most_values
ORDER BY finding_id, kind_q_value, signal_kind, kind_place
