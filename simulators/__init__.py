"""Simulated patients and devices: pure models, and thin shells that put them on a radio or broker."""
