"""Many recordings after each other: a bad file is told at the end and does not stop the rest."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from monitor.recording import Recording, RecordingError, read_recording


class Shelf:
    """The recordings of several files, each a bed of its own; a bad one does not stop the rest."""

    def __init__(self, files: Sequence[Path]) -> None:
        self._files = files
        self._wrong: list[str] = []

    def __iter__(self) -> Iterator[Recording]:
        """Those that are recordings, in the order given."""
        return (recording for _, recording in self.with_files())

    def with_files(self) -> Iterator[tuple[Path, Recording]]:
        """The same with their files."""
        taken: set[str] = set()
        for file in self._files:
            with self.bearing():
                recording = read_recording(Path(file), taken)
                taken.add(recording.setup.bed)
                yield Path(file), recording

    @contextmanager
    def bearing(self) -> Generator[None]:
        """Remember what is wrong with a file, and go on with the next one."""
        try:
            yield
        except RecordingError as error:
            if str(error) not in self._wrong:
                self._wrong.append(str(error))

    def complain(self) -> None:
        """Say what was wrong.

        Raises:
            RecordingError: one line for each mistake.
        """
        if self._wrong:
            raise RecordingError("\n".join(self._wrong))
