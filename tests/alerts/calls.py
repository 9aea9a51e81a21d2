"""Alarm events as the pager hears them, a duty list, and what came of them as lines."""

from collections.abc import Iterable, Mapping, Sequence

from alerts.call import PageDue
from alerts.duty import Contact, Duty
from alerts.escalation import Channels, Due, Paging, Screens
from alerts.event import (
    AlarmEvent,
    AlarmKind,
    Change,
    Presence,
    Priority,
    Responsibility,
    Signal,
    Stance,
)
from alerts.steps import Role
from devices.reading import Origin
from monitor.profile import load_profile

RULES = load_profile("default").escalation
LOW, MEDIUM, HIGH = Priority.LOW, Priority.MEDIUM, Priority.HIGH

Input = AlarmEvent | Duty | Screens | Channels


def duty(at: float = 0.0, **others: str | tuple[str, float] | None) -> Duty:
    """One person a role; a role given here is that person's (until an end), or nobody's."""
    people: dict[str, str | tuple[str, float] | None] = {
        "nurse": "Ann",
        "second_nurse": "Bea",
        "charge_nurse": "Cy",
        "physician": "Dr D",
        "technician": "Tom",
        **others,
    }
    return Duty(
        at=at,
        targets={Role(role): _contacts(who) for role, who in people.items() if who is not None},
    )


def _contacts(who: str | tuple[str, float]) -> tuple[Contact, ...]:
    name, until = (who, None) if isinstance(who, str) else who
    return (Contact(name=name, until=until),)


def event(
    at: float,
    priority: Priority,
    change: Change = Change.START,
    signal: Signal = Signal.ON,
    *,
    number: int = 1,
    condition: str = "O2-LO",
    bed: str | None = "B1",
    kind: AlarmKind = AlarmKind.PHYSIOLOGICAL,
    origin: Origin = Origin.REAL,
    covered_by: str | None = None,
    held: Responsibility | None = None,
) -> AlarmEvent:
    """An event of the one occurrence of a condition at a bed (None: at the site)."""
    occurrence = f"{bed or 'site'}:{condition}:0"
    return AlarmEvent(
        at=at,
        id=f"{occurrence}:{number}",
        seq=number,
        bed=bed,
        session="s",
        occurrence=occurrence,
        condition=condition,
        kind=AlarmKind.TECHNICAL if bed is None else kind,
        priority=priority,
        change=change,
        cause=None,
        presence=Presence.ABSENT if change is Change.END else Presence.PRESENT,
        signal=signal,
        value=82,
        limit=90,
        metric=None,
        text=f"{condition} text",
        origin=origin,
        covered_by=covered_by,
        responsibility=held,
    )


def accepted(at: float, by: str = "Ann", *, stays_s: float = 120.0) -> Responsibility:
    """Somebody has taken it."""
    return Responsibility(stance=Stance.ACCEPTED, by=by, at=at, lapses_at=at + stays_s)


def rejected(at: float, by: str = "Ann") -> Responsibility:
    """Somebody cannot come."""
    return Responsibility(stance=Stance.REJECTED, by=by, at=at)


def answer(
    at: float,
    priority: Priority,
    held: Responsibility | None,
    *,
    number: int = 2,
    condition: str = "O2-LO",
    bed: str | None = "B1",
) -> AlarmEvent:
    """What the engine says when somebody accepts, rejects or gives back."""
    return event(
        at, priority, Change.UPDATE, number=number, condition=condition, bed=bed, held=held
    )


def ended(
    at: float, priority: Priority, *, number: int = 9, condition: str = "O2-LO"
) -> AlarmEvent:
    """It is over."""
    return event(at, priority, Change.END, Signal.OFF, number=number, condition=condition)


def acknowledged(
    at: float, priority: Priority, *, number: int = 9, condition: str = "O2-LO"
) -> AlarmEvent:
    """Somebody has acknowledged it."""
    return event(
        at, priority, Change.ACKNOWLEDGE, Signal.ACKNOWLEDGED, number=number, condition=condition
    )


def feed(paging: Paging, item: Input) -> list[Due]:
    """One input by the method that takes it."""
    match item:
        case AlarmEvent():
            return paging.observe(item)
        case Duty():
            return paging.relieve(item)
        case Screens():
            return paging.watch(item)
        case Channels():
            return paging.connect(item)


def play(inputs: Iterable[Input], until: float, roster: Duty | None = None) -> list[Due]:
    """What a pager has to do in the course of these inputs."""
    paging = Paging(RULES, roster or duty())
    due = [one for item in inputs for one in feed(paging, item)]
    return due + paging.advance(until)


def line(due: Due, *, marks: Mapping[bool, str] = {True: " REPEAT", False: ""}) -> str:
    """What is due as one readable line; REPEAT where all it goes to had one of this call."""
    if not isinstance(due, PageDue):
        return f"{due.at:g} SOUND {', '.join(event.condition for event in due.events)}"
    repeat = marks[set(due.known) == set(due.contacts)]
    return f"{due.at:g} {due.step} -> {', '.join(due.contacts)}{repeat}"


def lines(inputs: Iterable[Input], until: float, roster: Duty | None = None) -> list[str]:
    """The same for all that is due."""
    return [line(due) for due in play(inputs, until, roster)]


def confirming(first: float, last: float, station: str = "Desk") -> list[Input]:
    """A screen that confirms every second, `last` included."""
    seconds = range(round(last - first) + 1)
    return [Screens(at=first + second, armed=(station,)) for second in seconds]


def in_order(*inputs: Input | list[Input]) -> list[Input]:
    """All inputs by their time."""
    flat = [one for item in inputs for one in (item if isinstance(item, list) else [item])]
    return sorted(flat, key=lambda item: item.at)


def until_end(paging: Paging, items: Sequence[Input], after_s: float = 400) -> list[Due]:
    due = [one for item in items for one in feed(paging, item)]
    return due + paging.advance((items[-1].at if items else 0) + after_s)


def paged(due: Sequence[Due]) -> list[PageDue]:
    return [one for one in due if isinstance(one, PageDue)]
