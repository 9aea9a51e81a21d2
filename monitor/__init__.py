"""The service: wires drivers, engine, store, screens and pagers together."""
