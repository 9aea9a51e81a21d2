"""The client's requests as each kind of server wants them, and what it makes of the answers."""

import contextlib
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from aiohttp import web

from monitor.influx.client import connect
from monitor.influx.errors import (
    BlobTooLargeError,
    LineRefusedError,
    ServerDownError,
    SetupError,
    WriteError,
)
from monitor.influx.settings import TOKEN_VARIABLE, InfluxSettings
from tests.support.ports import free_port

LINE = b"vitals,bed=B1 spo2=97.0 1795406400000"


class Answerer:
    """A server that notes each request and gives the one answer it was told."""

    def __init__(self) -> None:
        self.requests: list[web.Request] = []
        self.bodies: list[bytes] = []
        self.status = 204
        self.text = ""
        self.headers: dict[str, str] = {}
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        self.requests.append(request)
        self.bodies.append(await request.read())
        return web.Response(status=self.status, text=self.text or None, headers=self.headers)

    @contextlib.asynccontextmanager
    async def serve(self) -> AsyncGenerator["Answerer"]:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self.answer)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        try:
            port = free_port()
            await web.TCPSite(runner, "127.0.0.1", port).start()
            self.url = f"http://127.0.0.1:{port}"
            yield self
        finally:
            await runner.cleanup()


@pytest.fixture
async def server() -> AsyncGenerator[Answerer]:
    async with Answerer().serve() as answerer:
        yield answerer


async def refusal(server: Answerer, status: int, text: str = "", **headers: str) -> WriteError:
    server.status, server.text, server.headers = status, text, headers
    with pytest.raises(WriteError) as caught:
        async with connect(InfluxSettings(url=server.url)) as client:
            await client.write(LINE)
    return caught.value


async def test_a_2x_server_gets_org_bucket_precision_and_token(
    server: Answerer, tmp_path: Path
) -> None:
    token = tmp_path / "token"
    token.write_text("secret\n")
    settings = InfluxSettings(
        url=server.url + "/", api="v2", database="ward", org="clinic", token_file=token
    )
    async with connect(settings) as client:
        await client.write(LINE)
    (request,) = server.requests
    assert (request.method, request.path) == ("POST", "/api/v2/write")
    assert dict(request.query) == {"org": "clinic", "bucket": "ward", "precision": "ms"}
    assert request.headers["Authorization"] == "Token secret"
    assert server.bodies == [LINE]


async def test_a_1x_server_gets_its_own_path_and_a_name_with_a_password(
    server: Answerer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TOKEN_VARIABLE, "secret")
    async with connect(InfluxSettings(url=server.url, username="kat")) as client:
        await client.write(LINE)
        await client.ping()
    write, ping = server.requests
    assert (write.method, write.path) == ("POST", "/write")
    assert dict(write.query) == {"db": "kat", "precision": "ms"}
    assert write.headers["Authorization"] == "Basic a2F0OnNlY3JldA=="
    assert ping.headers["Authorization"] == write.headers["Authorization"]
    assert server.bodies[0] == LINE


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, LineRefusedError),
        (401, SetupError),
        (403, SetupError),
        (404, SetupError),
        (408, ServerDownError),
        (413, BlobTooLargeError),
        (422, LineRefusedError),
        (429, ServerDownError),
        (500, ServerDownError),
        (503, ServerDownError),
    ],
)
async def test_each_answer_asks_for_what_it_means(
    server: Answerer, status: int, kind: type[WriteError]
) -> None:
    assert type(await refusal(server, status)) is kind


async def test_a_redirect_is_not_followed_with_our_token(server: Answerer) -> None:
    error = await refusal(server, 302, Location="http://127.0.0.1:9/")
    assert isinstance(error, SetupError)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"error": "field type conflict"}', "field type conflict"),
        ('{"code": "invalid", "message": "field type conflict"}', "field type conflict"),
        ("<html>gateway</html>", "<html>gateway</html>"),
        ('["odd"]', '["odd"]'),
    ],
)
async def test_the_reason_is_in_the_servers_own_words(
    server: Answerer, text: str, words: str
) -> None:
    assert str(await refusal(server, 400, text)) == words


async def test_lines_older_than_a_server_keeps_are_counted(server: Answerer) -> None:
    text = '{"error": "partial write: points beyond retention policy dropped=7"}'
    error = await refusal(server, 400, text)
    assert isinstance(error, LineRefusedError)
    assert error.expired == 7


async def test_retry_after_is_seconds_or_a_date_and_has_a_bound(server: Answerer) -> None:
    async def patience(text: str) -> float | None:
        error = await refusal(server, 429, **{"Retry-After": text})
        assert isinstance(error, ServerDownError)
        return error.retry_after_s

    assert await patience("30") == 30.0
    assert await patience("86400") == 600.0
    assert await patience("nonsense") is None
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True)
    assert (await patience(later) or 0.0) > 60.0


async def test_nobody_there_is_a_server_that_is_down() -> None:
    async with connect(InfluxSettings(url=f"http://127.0.0.1:{free_port()}")) as client:
        for ask in (client.write(LINE), client.ping(), client.select("SHOW DATABASES")):
            with pytest.raises(ServerDownError):
                await ask


async def test_an_address_that_is_none_is_a_fault_of_the_configuration() -> None:
    async with connect(InfluxSettings(url="http://[oops")) as client:
        with pytest.raises(SetupError):
            await client.write(LINE)


async def test_a_refused_query_says_why(server: Answerer) -> None:
    server.status, server.text = 400, '{"error": "error parsing query"}'
    async with connect(InfluxSettings(url=server.url)) as client:
        with pytest.raises(SetupError, match="error parsing query"):
            await client.select("nonsense")
