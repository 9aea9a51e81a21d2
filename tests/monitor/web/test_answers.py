"""An order sent twice is carried out once, whatever happened to the first answer."""

import asyncio

import pytest

from alerts.command import Refused
from monitor.web.answers import ROOM, Answers, Json
from monitor.web.problems import Problem


class Work:
    """Counts how often it is done; may be told to wait or to refuse."""

    def __init__(self, refusal: Exception | None = None) -> None:
        self.done = 0
        self.go = asyncio.Event()
        self.go.set()
        self._refusal = refusal

    async def __call__(self) -> Json:
        self.done += 1
        await self.go.wait()
        if self._refusal is not None:
            raise self._refusal
        return {"times": self.done}


async def test_a_repeat_gets_the_first_answer_and_nothing_is_done_again() -> None:
    answers, work = Answers(), Work()
    first = await answers.once("/x", "1", "body", work)
    assert await answers.once("/x", "1", "body", work) == first == {"times": 1}
    assert work.done == 1


async def test_without_an_id_each_request_is_carried_out() -> None:
    answers, work = Answers(), Work()
    await answers.once("/x", "", "body", work)
    assert await answers.once("/x", "", "body", work) == {"times": 2}


async def test_a_repeat_that_arrives_during_the_first_waits_for_its_answer() -> None:
    answers, work = Answers(), Work()
    work.go.clear()
    async with asyncio.TaskGroup() as group:
        first = group.create_task(answers.once("/x", "1", "body", work))
        await asyncio.sleep(0)
        second = group.create_task(answers.once("/x", "1", "body", work))
        await asyncio.sleep(0)
        work.go.set()
    assert first.result() == second.result() == {"times": 1}


@pytest.mark.parametrize("refusal", [Refused("risen", conflict=True), Problem(422, "no")])
async def test_a_refusal_is_an_answer_too(refusal: Exception) -> None:
    answers, work = Answers(), Work(refusal)
    for _ in range(2):
        with pytest.raises(type(refusal)):
            await answers.once("/x", "1", "body", work)
    assert work.done == 1


async def test_an_id_with_other_content_is_refused() -> None:
    answers, work = Answers(), Work()
    await answers.once("/x", "1", "body", work)
    with pytest.raises(Problem, match="used before"):
        await answers.once("/x", "1", "other body", work)
    assert work.done == 1


async def test_the_same_id_on_another_path_is_another_request() -> None:
    answers, work = Answers(), Work()
    await answers.once("/x", "1", "body", work)
    assert await answers.once("/y", "1", "body", work) == {"times": 2}


async def test_after_a_first_request_that_broke_off_the_next_is_carried_out() -> None:
    answers, work = Answers(), Work()
    work.go.clear()
    first = asyncio.create_task(answers.once("/x", "1", "body", work))
    await asyncio.sleep(0)
    waiting = asyncio.create_task(answers.once("/x", "1", "body", work))
    await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(Problem, match="send it again"):
        await waiting
    work.go.set()
    assert await answers.once("/x", "1", "body", work) == {"times": 2}


async def test_only_so_many_answers_are_kept() -> None:
    answers, work = Answers(), Work()
    for n in range(ROOM + 1):
        await answers.once("/x", str(n), "body", work)
    await answers.once("/x", "0", "body", work)
    assert work.done == ROOM + 2
