"""`python -m simulators` as a program: its list, its complaints, and its exit codes."""

import pytest

from simulators.__main__ import main
from simulators.scenario import list_scenarios


def test_the_list_names_every_scenario_with_what_it_does(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(list_scenarios())
    assert all(len(line.split()) > 3 for line in lines)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "name a scenario"),
        (["quiet"], "say where to: --broker"),
        (["quite", "--broker", "ward"], "there is no scenario 'quite'"),
        (["quiet", "--broker", "http://ward"], "is no broker"),
        (["quiet", "--broker", "mqtt://ward", "--cuff", "Beurer BM85"], "name it by --radio"),
        (["quiet", "--radio", "tcp-client:127.0.0.1:1"], "no Bluetooth controller at tcp-client"),
    ],
)
def test_wrong_usage_ends_with_2_and_says_what_would_be_right(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert complaint in capsys.readouterr().err
