"""What the pager must know, resolved from config.toml: its channels, its patience, its rules."""

import os
from dataclasses import dataclass, replace
from pathlib import Path

from alerts.duty import Contact, Duty
from alerts.steps import EscalationRules, PagingStep, Role
from monitor.screens import POLL_S

EVERYBODY = "everybody"
"""The one contact there is without a duty roster: whoever the configured channels reach."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PagerSettings:
    """Channels are Apprise URLs, one a line, in a file or an environment variable.

    With neither named, pages go to the service's log. All spans are seconds of the loop's clock.
    """

    urls_file: Path | None = None
    urls_env: str | None = None
    durable_within_s: float = 1.0  # a page waits this long for its intent to be on the disk
    timeout_s: float = 20.0  # of one attempt on one channel
    screens_every_s: float = POLL_S  # how often it is asked which stations confirm
    retry_first_s: float = 2.0
    retry_most_s: float = 30.0
    give_up_after_s: float = 3600.0  # an older page of an alarm that calls no more tells nothing

    @property
    def to_log(self) -> bool:
        """Whether no channel is configured, so that the log is the channel."""
        return self.urls_file is None and self.urls_env is None

    def read_urls(self) -> list[str]:
        """The channels. Reads a file (call it in a thread); OSError where it cannot be read."""
        text = ""
        if self.urls_file is not None:
            text = self.urls_file.read_text(encoding="utf-8")
        if self.urls_env is not None:
            text += "\n" + os.environ.get(self.urls_env, "")
        lines = (line.strip() for line in text.splitlines())
        return [line for line in lines if line and not line.startswith("#")]


def everybody() -> Duty:
    """The duty list without a roster: all channels together stand for every role."""
    return Duty(at=0.0, targets={role: (Contact(name=EVERYBODY),) for role in Role})


def first_page_after(rules: EscalationRules, medium_s: float | None) -> EscalationRules:
    """The profile's steps, with the first page of a patient's MEDIUM alarm after `medium_s`.

    None leaves the profile's. Whatever comes later at MEDIUM moves by as much.
    """
    if medium_s is None:
        return rules
    first_s = min(step.medium_s for step in rules.patient if step.medium_s is not None)
    by_s = medium_s - first_s
    return replace(
        rules,
        medium=replace(rules.medium, after_s=max(0.0, rules.medium.after_s + by_s)),
        patient=_moved(rules.patient, by_s),
        device=_moved(rules.device, by_s),
        site=_moved(rules.site, by_s),
    )


def _moved(steps: tuple[PagingStep, ...], by_s: float) -> tuple[PagingStep, ...]:
    return tuple(
        step if step.medium_s is None else replace(step, medium_s=max(0.0, step.medium_s + by_s))
        for step in steps
    )
