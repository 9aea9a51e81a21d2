"""The invariants of the alarm rules (section 8), each a property test whose name says it."""
