"""Which rule of a ladder counts, and what is said of it."""

from collections.abc import Callable, Iterable

from alerts.rules.rule import AnyRule, Finding

Rank = tuple[int, int]
RankOf = Callable[[AnyRule], Rank]


def gravest_met(rules: Iterable[AnyRule], rank_of: RankOf) -> AnyRule | None:
    """The gravest rule that is met."""
    best: AnyRule | None = None
    top: Rank = (0, 0)
    for rule in rules:
        if rule.state.level is None:
            continue
        rank = rank_of(rule)
        if rank > top:
            best, top = rule, rank
    return best


def gravest_waiting(rules: Iterable[AnyRule], rank_of: RankOf) -> AnyRule | None:
    """The gravest rule whose delay or confirmation is running."""
    waiting: AnyRule | None = None
    for rule in rules:
        if rule.state.since is not None and (waiting is None or rank_of(rule) > rank_of(waiting)):
            waiting = rule
    return waiting


def any_easing(rules: Iterable[AnyRule]) -> bool:
    """Whether one is met, though its newest data are good."""
    return any(rule.easing for rule in rules)


def all_easing(rules: Iterable[AnyRule]) -> bool:
    """Whether the newest data of all that are met are good."""
    return all(rule.easing for rule in rules if rule.state.level is not None)


def lost(rule: AnyRule, words: str) -> Finding:
    """What a rule knew last, then how its source went."""
    found = rule.describe()
    return found._replace(text=f"{found.text}, then {words}")


def worse(rule: AnyRule, value: float, than: float) -> bool:
    """Whether a value lies further on the rule's dangerous side."""
    return value < than if rule.worse_low else value > than
