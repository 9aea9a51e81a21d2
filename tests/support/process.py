"""The service as a process: start it, wait for its dashboard, talk to it, stop or kill it."""

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from queue import Empty, Queue
from types import TracebackType
from typing import Any, Self

import httpx

START_WITHIN_S = 40.0
ANSWER_WITHIN_S = 30.0
ROOT = Path(__file__).parents[2]


class ServiceProcess:
    """One run of a command that prints `dashboard: URL`. Use as `with`."""

    def __init__(self, arguments: Sequence[str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-W", "default", *arguments],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.errors: list[str] = []
        self._lines: Queue[str] = Queue()
        self._threads = [
            threading.Thread(target=self._read_out, daemon=True),
            threading.Thread(target=self._read_errors, daemon=True),
        ]
        for thread in self._threads:
            thread.start()
        self.url = ""

    def __enter__(self) -> Self:
        try:
            line = self.next_line(START_WITHIN_S)
            assert line.startswith("dashboard: "), line + self.log
        except AssertionError:
            self._end()
            raise
        self.url = line.removeprefix("dashboard: ").strip()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    @property
    def log(self) -> str:
        """What it has written to stderr."""
        return "\n".join(self.errors)

    def next_line(self, within_s: float = ANSWER_WITHIN_S) -> str:
        """The next line of stdout; fails with the log where none comes."""
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            try:
                return self._lines.get(timeout=0.1)
            except Empty:
                if self.process.poll() is not None:
                    break
        raise AssertionError(f"no line (exit code {self.process.poll()}); stderr:\n{self.log}")

    def order(self, **order: Any) -> None:
        """Send a line of JSON and wait until it is done."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        assert self.next_line() == "done"

    def get(self, path: str) -> Any:
        """GET a path of the API."""
        response = httpx.get(self.url + path, timeout=ANSWER_WITHIN_S)
        response.raise_for_status()
        return response.json()

    def post(self, path: str, **body: Any) -> Any:
        """POST a body to a path of the API; fails with the API's own words."""
        response = httpx.post(self.url + path, json=body, timeout=ANSWER_WITHIN_S)
        assert response.is_success, response.text
        return response.json()

    def terminate(self) -> int:
        """SIGTERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=ANSWER_WITHIN_S)

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self.process.wait()

    def _read_out(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line.rstrip("\n"))

    def _read_errors(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.errors.append(line.rstrip("\n"))

    def _end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for thread in self._threads:
            thread.join()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()
