"""Free TCP ports for the servers that tests start."""

import random
import socket

_BELOW_EPHEMERAL = range(20_000, 32_000)


def free_port() -> int:
    """A loopback port nobody listens on now.

    Not of the range the kernel gives to clients: a client that keeps trying a port of that range
    ends up connected to itself, and the server can no longer have it.
    """
    while True:
        port = random.choice(_BELOW_EPHEMERAL)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
