"""The rule classes: each says of its data whether its condition is met, pending or absent."""
