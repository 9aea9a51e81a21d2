"""What a configuration read anew would change, and why it may not."""

from pathlib import Path
from typing import Any

import pytest

from monitor.changes import (
    Changes,
    InUse,
    ReloadRefused,
    equipped_otherwise,
    find_changes,
    installed,
)
from monitor.config import Config, parse_config

MONITOR = {"id": "mon", "kind": "monitor"}
BUTTON = {"id": "button", "kind": "button"}
OXIMETER = {"id": "ox", "kind": "oximeter", "address": "00:00:00:00:00:01"}
CUFF = {"id": "cuff", "kind": "cuff", "address": "00:00:00:00:00:02"}
OTHER = {"address": "00:00:00:00:00:03"}
ROW = {"topic": "w/{bed}/ox", "device": "mon", "metric": "spo2", "pointer": "/spo2"}


def bed(name: str, *devices: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": name, "device": list(devices), **more}


def config(*beds: dict[str, Any], **tables: Any) -> Config:
    return parse_config({"site": {"id": "x"}, "bed": list(beds), **tables}, Path("clinic.toml"))


def refusal(old: Config, new: Config, **use: InUse) -> tuple[str, ...]:
    with pytest.raises(ReloadRefused) as refused:
        find_changes(old, new, use)
    return refused.value.reasons


def test_an_equal_file_changes_nothing() -> None:
    same = config(bed("a", MONITOR), bed("b"))
    found = find_changes(same, config(bed("a", MONITOR), bed("b")), {"a": InUse("s1")})
    assert (bool(found), str(found)) == (False, "nothing has changed")


def test_beds_and_devices_that_come_go_and_change_are_named() -> None:
    old = config(bed("a", MONITOR), bed("b", BUTTON), bed("c", MONITOR))
    slow = {**MONITOR, "period_s": 5.0}
    new = config(bed("d", MONITOR), bed("a", slow, BUTTON), bed("c", ward="West"))
    found = find_changes(old, new, {})
    assert found == Changes(("d", "a/button"), ("b", "c/mon"), ("c", "a/mon"))
    assert equipped_otherwise(old, new) == ["a", "c"]
    assert str(found) == "added d, a/button; removed b, c/mon; changed c, a/mon"


def test_another_order_of_the_beds_is_a_change() -> None:
    found = find_changes(config(bed("a"), bed("b")), config(bed("b"), bed("a")), {})
    assert found.changed == ("the order of the beds",)


def test_rows_of_the_mapping_may_change() -> None:
    found = find_changes(config(bed("a")), config(bed("a"), mqtt={"mapping": [ROW]}), {})
    assert found.changed == ("mqtt.mapping",)


def test_rows_that_share_the_one_filter_need_a_restart() -> None:
    old = config(bed("a"), mqtt={"one_filter": True})
    new = config(bed("a"), mqtt={"one_filter": True, "mapping": [ROW]})
    (reason,) = refusal(old, new)
    assert reason.startswith("mqtt.mapping: where mqtt.one_filter is on")


def test_what_is_fixed_at_the_start_needs_a_restart_and_every_key_is_named() -> None:
    old = config(bed("a"))
    new = config(
        bed("a"),
        site={"id": "y", "data": "other"},
        web={"port": 1},
        mqtt={"host": "h", "username": "u", "mapping": [ROW]},
        influx={"enabled": True},
        pager={"urls_env": "E"},
        bluetooth={"adapters": ["hci1"]},
    )
    keys = [reason.split()[0] for reason in refusal(old, new)]
    assert keys == [
        "site.id", "site.data", "web.port", "bluetooth.adapters", "mqtt.host", "mqtt.username",
        "influx.enabled", "pager.urls_env",
    ]  # fmt: skip
    assert all("restart" in reason for reason in refusal(old, new))


def test_bluetooth_devices_come_go_and_change_like_any_other() -> None:
    old = config(bed("a", OXIMETER), bed("b", {**OXIMETER, "address": CUFF["address"]}))
    new = config(bed("a", {**OXIMETER, "required": True}, CUFF), bed("b", {**OXIMETER, **OTHER}))
    assert find_changes(old, new, {}) == Changes(("a/cuff",), (), ("a/ox", "b/ox"))
    assert installed(old, new) == [("a", "cuff"), ("b", "ox")]  # a/ox is the same device
    assert refusal(old, new, b=InUse("s1")) == ("b/ox cannot be changed: session s1 uses it",)


def test_spare_devices_come_and_go_and_none_goes_while_a_bed_has_it() -> None:
    old, new = config(bed("a"), device=[CUFF]), config(bed("a"), device=[OXIMETER])
    found = find_changes(old, new, {"a": InUse("s1")})
    assert found == Changes(("unassigned/ox",), ("unassigned/cuff",), ())
    with pytest.raises(ReloadRefused) as refused:
        find_changes(old, new, {}, {"cuff": "a"})
    assert refused.value.reasons == (
        "unassigned/cuff cannot be removed: a has it; release it first",
    )


def test_a_bed_with_an_open_session_stays() -> None:
    reasons = refusal(config(bed("a"), bed("b")), config(bed("b")), a=InUse("s1"), b=InUse("s2"))
    assert reasons == ("a cannot be removed: session s1 is open there; close it first",)


def test_a_session_keeps_its_devices_as_they_are_and_may_get_more() -> None:
    old = config(bed("a", MONITOR, BUTTON))
    slow = {**MONITOR, "period_s": 5.0}
    assert refusal(old, config(bed("a", slow)), a=InUse("s1")) == (
        "a/button cannot be removed: session s1 uses it",
        "a/mon cannot be changed: session s1 uses it",
    )
    more = config(bed("a", MONITOR, BUTTON, {**MONITOR, "id": "second"}))
    assert find_changes(old, more, {"a": InUse("s1")}).added == ("a/second",)


def test_any_other_obstacle_is_told_where_it_matters() -> None:
    old, way = config(bed("a", MONITOR), bed("b")), InUse(obstacle="its engine has failed")
    assert refusal(old, config(bed("b")), a=way) == ("a cannot be removed: its engine has failed",)
    assert refusal(old, config(bed("a"), bed("b")), a=way) == (
        "the devices of a cannot change: its engine has failed",
    )
    assert find_changes(old, config(bed("a", MONITOR, label="A"), bed("b")), {"a": way}).changed


def test_every_reason_is_told_at_once() -> None:
    old = config(bed("a", MONITOR), bed("b"))
    new = config(bed("c"), web={"port": 1})
    assert len(refusal(old, new, a=InUse("s1"), b=InUse("s2", "its device is lent to a"))) == 4
