"""Endpoints of devices: how each of them does, and which bed it is at."""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Request, Response
from pydantic import Field

from monitor.web.face import Here
from monitor.web.orders import answer
from monitor.web.transfers import AssignBody, ReleaseBody, SwapBody, transfer_order

Json = dict[str, Any]
DeviceBody = Annotated[AssignBody | ReleaseBody | SwapBody, Field(discriminator="kind")]
router = APIRouter(prefix="/api", tags=["devices"])


@router.get("/devices")
async def devices(here: Here) -> Response:
    """Every configured device: its bed and home, link since when and why, battery, last reading.

    Also the Bluetooth address, and what the device says that it is: manufacturer, model, firmware.
    """
    return Response(msgspec.json.encode(here.desk.devices()), media_type="application/json")


@router.post("/beds/{bed}/devices")
async def move_device(bed: str, body: DeviceBody, here: Here, request: Request) -> Json:
    """Assign, release or swap a device of a bed, whether or not a session is open there."""
    order = transfer_order(body, here.bed(bed), here.who(body.by), here.desk)

    async def act() -> Json:
        return answer(await here.desk.transfer(order))

    return await here.answers.once(request.url.path, body.id, body, act)
