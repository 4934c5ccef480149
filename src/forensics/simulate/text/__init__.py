"""Words, patterns and instructions, in ten languages, and the grammar that joins them."""
