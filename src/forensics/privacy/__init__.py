"""What protects the people in the data: pseudonyms, redaction, bounded examples, retention and erasure."""
