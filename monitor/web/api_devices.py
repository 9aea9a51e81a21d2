"""Endpoints of devices: how each of them does, which bed it is at, and pairing with it."""

import logging
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Request, Response
from pydantic import Field

from devices.ble_pairing import PairingFailed
from monitor.web.body import Body
from monitor.web.face import Face, Here
from monitor.web.orders import answer
from monitor.web.problems import Problem
from monitor.web.transfers import AssignBody, ReleaseBody, SwapBody, transfer_order

Json = dict[str, Any]
DeviceBody = Annotated[AssignBody | ReleaseBody | SwapBody, Field(discriminator="kind")]
_LOG = logging.getLogger(__name__)
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


@router.post("/beds/{bed}/devices/{device}/pair")
async def pair_device(bed: str, device: str, body: Body, here: Here, request: Request) -> Json:
    """Pair with a Bluetooth device that is in pairing mode; takes up to a minute.

    `bed` is "unassigned" for a device at no bed. 409: why not, and what to do; its `fault` is one
    word of PairingFault.
    """
    by = here.who(body.by)
    return await here.answers.once(
        request.url.path, body.id, body, lambda: _pair(here, bed, device, by)
    )


async def _pair(here: Face, bed: str, device: str, by: str) -> Json:
    try:
        paired = await here.desk.pair(bed, device)
    except KeyError:
        raise Problem(404, f"No Bluetooth device is called {device!r} at {bed!r}.") from None
    except PairingFailed as failed:
        _LOG.warning("%s/%s: pairing by %s failed: %s", bed, device, by, failed)
        raise Problem(409, f"{bed}/{device}: {failed}", fault=failed.fault.value) from None
    _LOG.info("%s/%s: %s, by %s", bed, device, paired, by)
    return {"device": f"{bed}/{device}", "kept": paired.kept, "text": str(paired)}
