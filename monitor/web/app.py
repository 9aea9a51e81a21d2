"""The web application: endpoints, the screens' socket and the dashboard, behind one gate."""

from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from fastapi import FastAPI

from monitor.hub import Hub
from monitor.metrics import Metrics
from monitor.web import (
    api_alarms,
    api_beds,
    api_dead_letters,
    api_devices,
    api_paging,
    api_service,
    api_sessions,
    pages,
    problems,
    reference,
    ws,
)
from monitor.web.answers import Answers
from monitor.web.desk import Desk
from monitor.web.face import Face
from monitor.web.security import Gate

STATIC = Path(__file__).parent / "static"  # where the dashboard's build lands


def create_app(
    desk: Desk,
    hub: Hub,
    static_dir: Path = STATIC,
    *,
    metrics: Metrics | None = None,
    hosts: Iterable[str] = (),
) -> FastAPI:
    """Everything a browser may reach; `hosts` are names beside loopback's that we answer to."""
    app = FastAPI(
        title="KAT Monitor",
        version=product_version(),
        responses=problems.RESPONSES,
        docs_url=None,  # FastAPI's own pages load their script from another machine
        redoc_url=None,
    )
    metrics = metrics or Metrics()
    metrics.watch("screens", "Connected screens", lambda: len(hub.screens()))
    metrics.watch(
        "screen_unconfirmed_seconds",
        "Longest time a connected screen has not answered",
        lambda: max((screen.unconfirmed_s for screen in hub.screens()), default=0.0),
    )
    app.state.face = Face(desk, hub, metrics, Answers())
    app.add_middleware(Gate, hosts=tuple(hosts))
    problems.install(app)
    vitals = api_beds, api_devices, api_sessions, api_alarms, api_paging
    for part in (*vitals, api_service, api_dead_letters, ws):
        app.include_router(part.router)
    reference.install(app)
    pages.install(app, static_dir)
    return app


def product_version() -> str:
    """The version of this product as installed."""
    return _VERSION


def _read_version() -> str:
    try:
        return version("kat-monitor")
    except PackageNotFoundError:
        return "0 (not installed)"


_VERSION = _read_version()  # from disk, once, before any loop runs
