"""Alarm load: what naive thresholds would have called for in recordings, and what our rules do."""
