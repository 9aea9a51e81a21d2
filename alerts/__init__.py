"""The alarm engine: pure functions of ordered input. Time is an argument; nothing here does I/O."""
