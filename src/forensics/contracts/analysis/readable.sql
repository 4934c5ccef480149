LEFT(TRIM(REGEXP_REPLACE(REGEXP_REPLACE(written, '\s+', ' ', 'g'), '\p{C}', '', 'g')), characters)
