-- The id of a template is the MD5 of its fixed text.
SELECT part, key, part || '-' || SUBSTR(MD5(fixed), 1, 16) AS template_id, SUBSTR(text, 1, $characters) AS text
FROM day_part_texts
