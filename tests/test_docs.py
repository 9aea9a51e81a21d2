"""The documents name what exists."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
INVARIANTS = 24


def test_every_invariant_names_tests_that_exist() -> None:
    text = (ROOT / "docs" / "invariants.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \|.*\| (.*) \|$", text, flags=re.MULTILINE)
    assert [int(number) for number, _ in rows] == list(range(1, INVARIANTS + 1))
    sources = [
        *(ROOT / "tests").rglob("*.py"),
        *(ROOT / "monitor" / "dashboard" / "tests").glob("*.ts"),
    ]
    tests = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    named = [name for _, cell in rows for name in re.findall(r"`([^`]+)`", cell)]
    patterns = (rf"(def |^){re.escape(name)}\b|\"{re.escape(name)}\"" for name in named)
    missing = [
        name
        for name, pattern in zip(named, patterns, strict=True)
        if not re.search(pattern, tests, flags=re.MULTILINE)
    ]
    assert missing == []
