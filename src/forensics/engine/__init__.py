"""Past one machine: the event-sized work of a day on any Spark Connect end point, from the same definitions as on one.

The queries are the `.sql` files that DuckDB runs, translated; the text functions are the ones that read batches on one
machine, here as Arrow functions on partitions. What comes back is Parquet, which the warehouse takes in.
"""
