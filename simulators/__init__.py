"""Simulated patients and devices: pure models, and thin shells for a radio or a broker."""
