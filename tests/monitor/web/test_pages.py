"""The dashboard's files: kept by the browser as long as they may be, and honest when missing."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from monitor.web.app import create_app
from monitor.web.server import serve
from tests.monitor.web.ward import Ward


@asynccontextmanager
async def _pages(ward: Ward, folder: Path) -> AsyncGenerator[httpx.AsyncClient]:
    app = create_app(ward.service.desk, ward.service.hub, folder)
    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    server = asyncio.create_task(serve(app, "127.0.0.1", 0, address.set_result), name="pages")
    try:
        async with httpx.AsyncClient(base_url=await address) as http:
            yield http
    finally:
        server.cancel()
        await asyncio.wait([server])


def _build(folder: Path) -> Path:
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<h1>page</h1>")
    (folder / "assets" / "page-1a2b.js").write_text("1")
    return folder


async def test_the_page_is_asked_for_each_time_and_its_assets_are_kept(
    ward: Ward, tmp_path: Path
) -> None:
    folder = await asyncio.to_thread(_build, tmp_path / "static")
    async with _pages(ward, folder) as http:
        page, asset = await http.get("/"), await http.get("/assets/page-1a2b.js")
        again = await http.get("/", headers={"If-None-Match": page.headers["etag"]})
    assert (page.status_code, page.text) == (200, "<h1>page</h1>")
    assert page.headers["cache-control"] == "no-cache"
    assert again.status_code == 304
    assert "immutable" in asset.headers["cache-control"]
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]


async def test_a_dashboard_that_is_not_built_says_what_to_run(ward: Ward, tmp_path: Path) -> None:
    async with _pages(ward, tmp_path / "nothing") as http:
        page, other = await http.get("/"), await http.get("/assets/page.js")
    assert page.status_code == 503
    assert "./kat setup" in page.text
    assert other.status_code == 404
    assert other.headers["content-type"] == "application/problem+json"


async def test_the_reference_lists_every_endpoint_and_needs_no_other_machine(ward: Ward) -> None:
    page = await ward.http.get("/docs")
    paths = (await ward.http.get("/openapi.json")).json()["paths"]
    assert page.status_code == 200
    listed = {f"<code>{method.upper()} {path}</code>" for path in paths for method in paths[path]}
    assert {operation for operation in listed if operation not in page.text} == set()
    assert "Acknowledge an occurrence as it was seen" in page.text
    assert "//" not in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'self'")
