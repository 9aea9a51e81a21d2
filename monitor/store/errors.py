"""Errors of the store, drawn as a tree.

StoreError
├── StoreLockedError     another process already owns the data folder
├── StoreUnusableError   the file is damaged, or was made by a newer version
├── StoreFailedError     rows could not be made durable before the store closed
└── BadRowError (also ValueError)   a row that must not reach the writer; the caller's fault
"""

from pathlib import Path


class StoreError(Exception):
    """Anything that keeps rows from being kept."""


class StoreLockedError(StoreError):
    """Two services on one store are refused; names the folder and who holds it."""

    def __init__(self, folder: Path, pid: str) -> None:
        super().__init__(
            f"the data folder {folder} is in use by process {pid}: "
            "stop that service, or give this one a folder of its own"
        )
        self.folder = folder
        self.pid = pid


class StoreUnusableError(StoreError):
    """The database file cannot be trusted as it lies there."""


class StoreFailedError(StoreError):
    """The store closed with rows that never became durable."""


class BadRowError(StoreError, ValueError):
    """A row was refused at the door; nothing of its put() was taken."""
