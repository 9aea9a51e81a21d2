"""What could not be read: messages and lines that became nothing, each with its reason."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from monitor.store.rows import DeadLetterRow
from monitor.times import iso
from monitor.web.face import Here

EXCERPT = 200
"""Characters of a payload that are shown."""

REASON = 500
"""Characters of a reason that are shown."""

router = APIRouter(tags=["service"])
Limit = Annotated[int, Query(ge=1, le=500)]


@router.get("/api/dead-letters")
async def dead_letters(here: Here, limit: Limit = 100) -> list[dict[str, Any]]:
    """Messages that were rejected, newest first: of a payload only its beginning.

    `source` is the MQTT topic (or `store`, `influx`), `bytes` the size of what was kept of it.
    """
    letters = await here.desk.read(lambda reader: reader.dead_letters(limit))
    return [_shown(letter) for letter in letters]


def _shown(letter: DeadLetterRow) -> dict[str, Any]:
    return {
        "at": iso(letter.at),
        "source": letter.where,
        "reason": letter.reason[:REASON],
        "bed": letter.bed,
        "device": letter.device,
        "bytes": len(letter.payload),
        "excerpt": letter.payload[: EXCERPT * 4].decode("utf-8", "replace")[:EXCERPT],
    }
