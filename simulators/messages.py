"""What a simulated MQTT device publishes: readings in, topics and native JSON out. Pure."""

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from devices.reading import Cuff, Link, Metric, Reading, Reason, Report, Sample, Validity
from devices.wire.bedside_json import (
    Kind,
    Topic,
    encode_nausea,
    encode_reading,
    encode_status,
)
from simulators.instrument import Badge


class Message(NamedTuple):
    """One PUBLISH."""

    topic: str
    payload: bytes
    retain: bool = False


def status_message(site: str, badge: Badge, *, online: bool) -> Message:
    """The device says whether it is there; retained."""
    return Message(topic_of(site, badge, Kind.STATUS), encode_status(online=online), retain=True)


def messages_of(
    site: str, badge: Badge, readings: tuple[Reading, ...], seq: int
) -> Iterator[Message]:
    """The messages of one word of a device, numbered from `seq` on.

    A lost link is the device going offline. Values of one validity share a message.
    """
    for link in readings:
        if isinstance(link, Link):
            yield status_message(site, badge, online=link.up)
    samples = [reading for reading in readings if isinstance(reading, Sample)]
    for number, (trust, group) in enumerate(groupby(samples, key=_trust)):
        yield _samples_message(site, badge, list(group), trust, seq + number)
    for reading in readings:
        if isinstance(reading, Cuff):
            yield _cuff_message(site, badge, reading, seq + len(samples))
        elif isinstance(reading, Report):
            yield _report_message(site, badge, reading)


def topic_of(site: str, badge: Badge, kind: Kind) -> str:
    """The topic on which a device says this."""
    return str(Topic(site, badge.bed, badge.device, kind))


def _trust(sample: Sample) -> tuple[Validity, Reason | None]:
    return sample.validity, sample.reason


def _samples_message(
    site: str,
    badge: Badge,
    samples: list[Sample],
    trust: tuple[Validity, Reason | None],
    seq: int,
) -> Message:
    payload = encode_reading(
        {sample.metric: sample.value for sample in samples},
        device_time=samples[0].at,
        seq=seq,
        validity=trust[0],
        reason=trust[1],
        origin=badge.origin,
    )
    return Message(topic_of(site, badge, Kind.READING), payload)


def _cuff_message(site: str, badge: Badge, cuff: Cuff, seq: int) -> Message:
    payload = encode_reading(
        {
            Metric.SYSTOLIC: cuff.systolic,
            Metric.DIASTOLIC: cuff.diastolic,
            Metric.MEAN_PRESSURE: cuff.mean_pressure,
            Metric.PULSE_RATE: cuff.pulse_rate,
        },
        device_time=cuff.at,
        seq=seq,
        validity=cuff.validity,
        reason=cuff.reason,
        origin=badge.origin,
    )
    return Message(topic_of(site, badge, Kind.READING), payload)


def _report_message(site: str, badge: Badge, report: Report) -> Message:
    payload = encode_nausea(
        report.id,
        report.source,
        report.kind,
        value=report.value,
        device_time=report.at,
        origin=badge.origin,
    )
    return Message(topic_of(site, badge, Kind.NAUSEA), payload)
