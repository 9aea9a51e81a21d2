"""Session events that touch two rooms: devices assigned, released or swapped, a session moved."""

from collections.abc import Iterable
from functools import partial
from typing import Annotated, Literal

from pydantic import Field

from alerts.custody import UNASSIGNED
from monitor.transfer import Named, Person, Transfer, assign, move, release, swap
from monitor.web.bodies import Body
from monitor.web.desk import Desk
from monitor.web.problems import Problem

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,32}$")]


class RoomsBody(Body):
    """`confirm` names every room that is touched: somebody has looked who is in each."""

    confirm: tuple[Id, ...] = ()


class AssignBody(RoomsBody):
    """Give the session's bed the device `value`, which is at `from_bed` or has its home there.

    A device that has no bed of its own is fetched from "unassigned".
    """

    kind: Literal["assign"]
    value: Id
    from_bed: Id


class ReleaseBody(Body):
    """Take the device `value` from the session's bed; until assigned again it is nobody's."""

    kind: Literal["release"]
    value: Id


class SwapBody(RoomsBody):
    """Exchange the device `value` of the session's bed for `with_device` of `with_bed`."""

    kind: Literal["swap"]
    value: Id
    with_bed: Id
    with_device: Id


class MoveBody(RoomsBody):
    """Let the session go on at the free bed `value`; `devices` go along with the patient."""

    kind: Literal["move_session"]
    value: Id
    devices: tuple[Id, ...] = ()


TransferBody = AssignBody | ReleaseBody | SwapBody | MoveBody


def transfer_order(body: TransferBody, bed: str, by: str, desk: Desk) -> Transfer:
    """What a body asks for; 422 unless both rooms are confirmed."""
    who = Person(desk.now(), by, body.id)
    match body:
        case AssignBody():
            _confirmed(body, (bed, body.from_bed))
            named = Named(body.from_bed, body.value)
            return partial(assign, who=who, bed=bed, named=named)
        case ReleaseBody():
            return partial(release, who=who, bed=bed, device=body.value)
        case SwapBody():
            _confirmed(body, (bed, body.with_bed))
            mine, theirs = Named(bed, body.value), Named(body.with_bed, body.with_device)
            return partial(swap, who=who, mine=mine, theirs=theirs)
        case MoveBody():
            _confirmed(body, (bed, body.value))
            return partial(move, who=who, bed=bed, to=body.value, devices=body.devices)


def _confirmed(body: RoomsBody, rooms: Iterable[str]) -> None:
    wanted = [room for room in dict.fromkeys(rooms) if room != UNASSIGNED]
    if missing := [room for room in wanted if room not in body.confirm]:
        raise Problem(
            422,
            f"confirm: look who is in {' and '.join(missing)}, then send "
            f"confirm: {wanted} with the same request.",
        )
