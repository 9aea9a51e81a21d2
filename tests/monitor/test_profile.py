"""Profiles of alarm limits: what is in the default one, and how a wrong one is refused."""

from pathlib import Path

import pytest

from alerts.event import Priority
from alerts.rows import Comparator
from monitor.profile import PROFILES, ProfileError, load_profile

DEFAULT = (PROFILES / "default.toml").read_text(encoding="utf-8")


def _written(folder: Path, text: str) -> Path:
    path = folder / "clinic.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_default_profile_holds_the_limits_of_the_rules() -> None:
    profile = load_profile("default")
    limits = {(row.id, row.comparator, row.limit): row for row in profile.limit}
    critical = limits["O2-CRIT", Comparator.BELOW, 85]
    assert (critical.delay_s, critical.clear, critical.clear_s) == (10, 88, 15)
    assert (critical.priority, critical.latching) == (Priority.HIGH, True)
    assert (critical.beside, critical.immediate_by) == ("O2-LO", 10)
    severe = next(row for row in profile.cuff_high if row.id == "BP-SEV")
    assert (severe.systolic, severe.diastolic) == (180, 110)
    assert (severe.clear_systolic, severe.clear_diastolic) == (175, 105)
    assert set(profile.protocols) == {"iv", "im", "nasal", "oral"}


def test_the_version_follows_the_content_and_not_the_comments(tmp_path: Path) -> None:
    version = load_profile("default").version
    assert len(version) == 12
    commented = _written(tmp_path, "# ours\n" + DEFAULT)
    assert load_profile(commented).version == version
    changed = _written(tmp_path, DEFAULT.replace("limit = 85", "limit = 84"))
    assert load_profile(changed).version != version


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("delay_s = 15", "delay_s = nan", r"limit\[2\] \(O2-LO\).delay_s = nan: .*finite"),
        ("delay_s = 15", "delay_s = inf", "finite"),
        ("delay_s = 15", 'delay_s = "15"', "number"),
        ("arm_s = 10", "", "signals.arm_s: field required"),
        ("arm_s = 10", "arm_s = 10\nwarm_s = 1", "signals.warm_s = 1: no such key"),
        ('priority = "high"', 'priority = "urgent"', "'low', 'medium' or 'high'"),
        ("clear = 88", "clear = 80", r"\(O2-CRIT\): clear 80 must lie at or above the limit 85"),
        ('armed = "SETUP"', 'armed = "setup"', "SETUP"),
        ('name = "default"', 'name = "default"\nversion = "1"', "remove the key"),
        ('name = "default"', "name = ", "is no TOML"),
    ],
)
def test_a_mistake_is_refused_with_its_key_its_value_and_what_is_right(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    assert old in DEFAULT
    path = _written(tmp_path, DEFAULT.replace(old, new, 1))
    with pytest.raises(ProfileError, match=words) as error:
        load_profile(path)
    assert str(path) in str(error.value)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    text = DEFAULT.replace("arm_s = 10", "arm_s = true").replace("late_s = 120", "late_s = nan")
    with pytest.raises(ProfileError) as error:
        load_profile(_written(tmp_path, text))
    assert len(error.value.mistakes) == 2


def test_an_unknown_name_tells_the_names_there_are() -> None:
    with pytest.raises(ProfileError, match="known are default"):
        load_profile("clinic-b")


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="cannot be read"):
        load_profile(tmp_path / "none.toml")


def test_a_delay_below_zero_is_a_mistake_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "clinic.toml"
    path.write_text(DEFAULT.replace("delay_s = 15", "delay_s = -15", 1), encoding="utf-8")
    with pytest.raises(ProfileError, match=r"delay_s = -15.*0 or more seconds"):
        load_profile(path)
