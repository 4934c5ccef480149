ROUND(100 * part, 1)
