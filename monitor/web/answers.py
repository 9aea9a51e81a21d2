"""Answers to POSTs by the sender's own id: a repeat of a request gets the answer of the first."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from alerts.command import Refused
from monitor.web.problems import Problem

Json = dict[str, Any]
ROOM = 2000  # answers kept in this process; the oldest go first


class _Kept(NamedTuple):
    """What was asked, and what was answered: a refusal is an answer too."""

    asked: object
    answer: asyncio.Future[Json | Refused | Problem]


class Answers:
    """The latest answers, by path and id."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str], _Kept] = OrderedDict()

    async def once(
        self, path: str, request_id: str, asked: object, act: Callable[[], Awaitable[Json]]
    ) -> Json:
        """What `act` answers; it runs for the first request of an id only ("": each time).

        Raises what the first raised (Refused, Problem), and a Problem if an id comes back with
        other content: that is a mistake of the sender, never a repeat.
        """
        if not request_id:
            return await act()
        key = path, request_id
        kept = self._kept.get(key)
        if kept is None:
            return await self._first(key, asked, act)
        if kept.asked != asked:
            raise Problem(409, f"The id {request_id!r} was used before for another request.")
        answer = await asyncio.shield(kept.answer)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def _first(
        self, key: tuple[str, str], asked: object, act: Callable[[], Awaitable[Json]]
    ) -> Json:
        answer: asyncio.Future[Json | Refused | Problem] = (
            asyncio.get_running_loop().create_future()
        )
        self._kept[key] = _Kept(asked, answer)
        if len(self._kept) > ROOM:
            self._kept.popitem(last=False)
        try:
            result = await act()
        except (Refused, Problem) as refusal:
            answer.set_result(refusal)
            raise
        except BaseException:
            self._kept.pop(key, None)
            answer.set_result(
                Problem(503, "The first request of this id broke off; send it again.")
            )
            raise
        answer.set_result(result)
        return result
