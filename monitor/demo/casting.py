"""Who lies in which bed of the demo: the story it tells by itself, or the scenarios asked for."""

from collections.abc import Sequence
from itertools import chain, islice, repeat
from pathlib import Path

from monitor.mistakes import ConfigError, Mistake
from simulators.scenario import Scenario, ScenarioError, load_scenario

# Within three minutes: a hypertension is confirmed, a button pressed, a probe lost; and a
# desaturation shorter than its delay stays silent.
STORY = (
    "hypertension-confirmed",
    "nausea-press",
    "probe-off",
    "desaturation-short",
    "recovery",
    "arrival",
)
FURTHER = "quiet"  # who lies in all other beds
MOST_BEDS = 60
SPEEDS = (0.1, 60.0)

_COMMAND = Path("kat-monitor demo")


def cast_story(
    *, port: int, beds: int, speed: float, scenarios: Sequence[str]
) -> tuple[Scenario, ...]:
    """The scenario of each bed. Raises ConfigError with every argument that cannot be used."""
    mistakes = _number_mistakes(port=port, beds=beds, speed=speed)
    names = list(islice(chain(scenarios or STORY, repeat(FURTHER)), max(beds, len(scenarios))))
    cast: list[Scenario] = []
    for name in names:
        try:
            cast.append(load_scenario(name))
        except ScenarioError as error:
            mistakes.append(Mistake(_COMMAND, "--scenario", name, str(error)))
    if mistakes:
        raise ConfigError(mistakes)
    return tuple(cast)


def _number_mistakes(*, port: int, beds: int, speed: float) -> list[Mistake]:
    slowest, fastest = SPEEDS
    return [
        Mistake(_COMMAND, key, value, f"give {right}")
        for key, value, good, right in (
            ("--port", port, 0 <= port <= 65535, "0 (any free one) to 65535"),
            ("--beds", beds, 1 <= beds <= MOST_BEDS, f"1 to {MOST_BEDS}"),
            ("--speed", speed, slowest <= speed <= fastest, f"{slowest:g} to {fastest:g}"),
        )
        if not good
    ]
