"""The server as part of the service: says when a port is taken, and goes when it is told to."""

import asyncio
import socket
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from monitor.web.app import create_app
from monitor.web.server import CannotListen, serve
from tests.monitor.web.ward import Ward, hear, open_ward


async def test_a_port_in_use_is_said_in_one_line(ward: Ward) -> None:
    app = create_app(ward.service.desk, ward.service.hub)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotListen, match=f"^port {port} on 127.0.0.1 is in use"):
            await serve(app, "127.0.0.1", port, ready=lambda _: None)


async def test_an_address_of_another_machine_is_said_in_one_line(ward: Ward) -> None:
    app = create_app(ward.service.desk, ward.service.hub)
    with pytest.raises(CannotListen, match=r"^cannot listen on 192\.0\.2\.1 port 0: "):
        await serve(app, "192.0.2.1", 0, ready=lambda _: None)


async def test_at_the_end_screens_are_told_to_come_back(tmp_path: Path) -> None:
    async with open_ward(tmp_path) as ward, ward.screen() as screen:
        await hear(screen)
        ward.service.stop()
        with pytest.raises(ConnectionClosed) as closed:
            await hear(screen, 1000)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1012


async def test_the_server_serves_on_ipv6_loopback_too(ward: Ward) -> None:
    app = create_app(ward.service.desk, ward.service.hub)
    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    server = asyncio.create_task(serve(app, "::1", 0, address.set_result), name="second server")
    await asyncio.wait([server, address], return_when=asyncio.FIRST_COMPLETED)
    try:
        response = await ward.http.get(f"{address.result()}/healthz")
        assert response.json() == {"status": "ok"}
    finally:
        server.cancel()
        await asyncio.wait([server])
