-- Which load of the day the sums stand on: the one in force.
SELECT snapshot_date, arg_max(load_id, load_number) AS load_id
FROM raw.loads
WHERE snapshot_date = $day
GROUP BY snapshot_date
