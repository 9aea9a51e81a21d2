"""Tests of the durable store: real files, real processes."""
