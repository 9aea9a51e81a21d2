"""The durable record: one SQLite file, one writer thread."""
