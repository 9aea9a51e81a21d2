"""How devices talk over one Bluetooth connection: what they are asked, what they answer. No I/O."""
