"""One connection to an InfluxDB: writes lines, reads by InfluxQL, sorts what may go wrong.

Importing this costs half a second (influxdb_client): a service imports it when it has an InfluxDB.
"""

import asyncio
import base64
import json
import re
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, cast

import aiohttp
from influxdb_client.client.influxdb_client_async import InfluxDBClientAsync
from influxdb_client.rest import ApiException

from monitor.influx.errors import (
    BlobTooLargeError,
    LineRefusedError,
    ServerDownError,
    SetupError,
    WriteError,
)
from monitor.influx.settings import InfluxSettings

RETRY_AFTER_MOST_S = 600.0
"""A server that asks for more patience than this is asked again after it."""

_EXPIRED = re.compile(r"beyond retention policy dropped=(\d+)")
_LATER = frozenset({408, 425, 429})


@asynccontextmanager
async def connect(settings: InfluxSettings) -> AsyncGenerator["InfluxClient"]:
    """A client for as long as the block runs; SetupError where its secret cannot be read."""
    dialect = _dialect(settings, await _secret_of(settings))
    async with InfluxDBClientAsync(
        settings.url.rstrip("/"),
        org=settings.org or "-",
        timeout=round(settings.timeout_s * 1000),
        ssl_context=await asyncio.to_thread(_tls_context, settings.url),
        allow_redirects=False,
        client_session_kwargs={"middlewares": (dialect,)},
    ) as client:
        yield InfluxClient(settings, client, dialect)


class InfluxClient:
    """An open connection, made by `connect`."""

    def __init__(
        self,
        settings: InfluxSettings,
        client: InfluxDBClientAsync,
        dialect: aiohttp.ClientMiddlewareType,
    ) -> None:
        self._settings = settings
        self._write_api = client.write_api()
        self._dialect = dialect

    async def write(self, blob: bytes) -> None:
        """Write lines, one under the other; raises WriteError unless the server took them all."""
        precision = cast("Any", "ms")  # the library's WritePrecision is a plain str
        try:
            await self._write_api.write(
                self._settings.database, record=blob, write_precision=precision
            )
        except ApiException as error:
            raise _refusal(error) from error
        except aiohttp.InvalidURL as error:
            raise SetupError(f"{self._settings.url} is no address") from error
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise ServerDownError(str(error) or type(error).__name__) from error

    async def ping(self) -> None:
        """Ask whether anybody is there; raises ServerDownError where not."""
        await self._get("/ping", {})

    async def select(self, query: str) -> list[dict[str, Any]]:
        """The rows of an InfluxQL query, tags and fields by name, times in ms.

        Works with every InfluxDB that speaks GET /query (1.x, 2.x, 3 Core). Raises ServerDownError
        when the server cannot be asked and SetupError when it refuses.
        """
        params = {"q": query, "db": self._settings.database, "epoch": "ms"}
        return _rows(await self._get("/query", params))

    async def _get(self, path: str, params: dict[str, str]) -> str:
        timeout = aiohttp.ClientTimeout(total=self._settings.timeout_s)
        url = self._settings.url.rstrip("/") + path
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout, middlewares=(self._dialect,)) as session,
                session.get(url, params=params) as response,
            ):
                answer = await response.text()
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise ServerDownError(str(error) or type(error).__name__) from error
        if response.status >= 500:
            raise ServerDownError(f"{response.status} {answer[:300]}")
        return answer


async def _secret_of(settings: InfluxSettings) -> str | None:
    try:
        return await asyncio.to_thread(settings.read_secret)
    except (OSError, UnicodeDecodeError) as error:
        raise SetupError(f"the token cannot be read: {error}") from error


def _tls_context(url: str) -> ssl.SSLContext:
    """Reads the machine's certificates where they are needed: call it in a thread."""
    if url.startswith("https:"):
        return ssl.create_default_context()
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _dialect(settings: InfluxSettings, secret: str | None) -> aiohttp.ClientMiddlewareType:
    """Credentials as the server wants them and, for v1, the address of its own write."""

    async def speak(
        request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        if settings.api == "v1" and request.url.path.endswith("/api/v2/write"):
            path = request.url.path.removesuffix("/api/v2/write") + "/write"
            request.url = request.url.with_path(path).with_query(
                db=settings.database, precision="ms"
            )
        if secret is not None and settings.username is not None:
            pair = base64.b64encode(f"{settings.username}:{secret}".encode()).decode()
            request.headers["Authorization"] = f"Basic {pair}"
        elif secret is not None:
            request.headers["Authorization"] = f"Token {secret}"
        return await send(request)

    return speak


def _refusal(error: ApiException) -> WriteError:
    """What an answer other than 2xx asks of us."""
    answer = cast("Any", error)  # the library declares none of its attributes' types
    status = int(answer.status or 0)
    reason = _reason_of(answer.body or b"") or str(answer.reason)
    if status == 413:
        return BlobTooLargeError(f"{status} {reason}")
    if status in {400, 422}:
        return LineRefusedError(reason, _expired_in(reason))
    if status >= 500 or status in _LATER:
        return ServerDownError(f"{status} {reason}", _seconds_of(answer.retry_after))
    return SetupError(f"{status} {reason}")


def _expired_in(reason: str) -> int:
    found = _EXPIRED.search(reason)
    return int(found[1]) if found else 0


def _reason_of(body: bytes) -> str:
    """The server's own words: v1 says {"error": ...}, v2 {"message": ...}, a proxy anything."""
    text = body.decode("utf-8", errors="replace").strip()
    try:
        answer: Any = json.loads(text)
        return str(answer.get("error") or answer["message"])
    except (ValueError, LookupError, AttributeError):
        return text[:300]


def _seconds_of(retry_after: str | None) -> float | None:
    """The Retry-After header, which holds seconds or a date; None where it says nothing."""
    if retry_after is None:
        return None
    try:
        span = float(retry_after)
    except ValueError:
        try:
            moment = parsedate_to_datetime(retry_after)
        except ValueError:
            return None
        span = (moment - datetime.now(UTC)).total_seconds()
    return min(max(span, 0.0), RETRY_AFTER_MOST_S)


def _rows(answer: str) -> list[dict[str, Any]]:
    """InfluxQL's results as one dict a row; raises SetupError with the server's own error."""
    content: dict[str, Any] = json.loads(answer)
    rows: list[dict[str, Any]] = []
    for result in [content, *content.get("results", [])]:
        if "error" in result:
            raise SetupError(str(result["error"]))
    for result in content.get("results", []):
        for series in result.get("series", []):
            tags: dict[str, Any] = series.get("tags", {})
            rows += [
                tags | dict(zip(series["columns"], row, strict=True)) for row in series["values"]
            ]
    return rows
