"""What a page says; pure. It names room and finding, never a person: it crosses networks."""

import msgspec

from alerts.call import PageDue
from alerts.event import AlarmEvent, AlarmKind, Priority, Stance
from alerts.status import BedStatus
from devices.reading import Origin

_WORDS = {Priority.HIGH: "HIGH", Priority.MEDIUM: "MEDIUM", Priority.LOW: "LOW"}


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A page in words; `fields` go beside them where a channel can carry data."""

    title: str
    body: str
    fields: dict[str, str]


def compose(
    page: PageDue,
    *,
    label: str,
    status: BedStatus | None,
    age_s: float,
    answered: bool,
    repeat: bool,
) -> Message:
    """The message of a page that is `age_s` old; `repeat`: it may have been received before.

    What goes again to people who had a page of this call is a repeat as well.
    """
    event = page.event
    repeat = repeat or is_repeat(page)
    marks = [event.origin.value.upper()] if event.origin is not Origin.REAL else []
    marks += ["REPEAT"] if repeat else []
    lines = [
        " · ".join([label, *_whereabouts(status, event.at)]),
        f"{_WORDS[event.priority]} {event.condition}, called {_span(age_s)} ago, "
        + ("since answered or over" if answered else _who_comes(event)),
        *_others(page),
        _advice(event, label),
        f"Page {page.key}",
    ]
    return Message(
        title=" ".join([*marks, f"{_WORDS[event.priority]} {label}: {event.text}"]),
        body="\n".join(lines),
        fields=_fields(page, repeat=repeat),
    )


def is_repeat(page: PageDue) -> bool:
    """Whether everybody whom it goes to had a page of this call before."""
    return bool(page.contacts) and set(page.known) >= set(page.contacts)


def _who_comes(event: AlarmEvent) -> str:
    held = event.responsibility
    if held is None:
        return "nobody has answered"
    if held.stance is Stance.REJECTED:
        return "one who was called cannot come"
    return "accepted and not acknowledged"


def _others(page: PageDue) -> list[str]:
    """What else calls at the bed: one page speaks for all of it."""
    if not page.others:
        return []
    found = "; ".join(f"{_WORDS[event.priority]} {event.text}" for event in page.others)
    return [f"Also calling there ({len(page.others)}): {found}"]


def _fields(page: PageDue, *, repeat: bool) -> dict[str, str]:
    event = page.event
    return {
        "key": page.key,
        "repeat": "yes" if repeat else "no",
        "step": page.step,
        "others": str(len(page.others)),
        "bed": event.bed or "",
        "condition": event.condition,
        "priority": event.priority.value,
        "occurrence": event.occurrence,
        "origin": event.origin.value,
    }


def _whereabouts(status: BedStatus | None, at: float) -> list[str]:
    """Phase, time since the dose, baseline: what is known of them."""
    if status is None:
        return []
    session = status.session
    words = [str(status.phase.value)]
    if session is not None and session.dose_at is not None:
        words.append(f"T+{int((at - session.dose_at) // 60)} min")
    baseline = session.baseline if session is not None else None
    if baseline is not None and baseline.systolic is not None and baseline.diastolic is not None:
        words.append(f"baseline {baseline.systolic:.0f}/{baseline.diastolic:.0f}")
    return words


def _advice(event: AlarmEvent, label: str) -> str:
    if event.bed is None:
        return "See the station's screen: the monitoring itself is at fault."
    soon = "now" if event.priority is Priority.HIGH else "soon"
    what = "the patient" if event.kind is AlarmKind.PHYSIOLOGICAL else "patient and device"
    return f"Go to {label} {soon}, see {what}; acknowledge at the bed or the station."


def _span(seconds: float) -> str:
    """12 s, 4 min."""
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
