"""One foreign message, asked by many rows: its elements are looked up, not searched. Pure."""

from devices.mapping_row import MappingRow, Scalar
from devices.mapping_values import shown
from devices.wire.json_pointer import Json, resolve

_Key = tuple[bool, Scalar]  # true and 1 are equal in Python


class Message:
    """A decoded payload. Indices are made once, however many rows ask."""

    def __init__(self, document: Json) -> None:
        self.document = document
        self._elements: dict[str | None, list[Json]] = {None: [document]}
        self._index: dict[tuple[str | None, str], dict[_Key, list[Json]]] = {}

    def elements_for(self, row: MappingRow) -> list[Json]:
        """The elements that a row reads: those of its array (else the message) as in `where`."""
        if not row.where:
            return self._all(row.each)
        (first, wanted), *rest = row.where
        return [
            element
            for element in self._by(row.each, first).get(_key(wanted), [])
            if all(_has(element, pointer, value) for pointer, value in rest)
        ]

    def values_at(self, each: str | None, pointer: str) -> list[str]:
        """The values that elements have there, for a reason."""
        return [shown(value) for _, value in self._by(each, pointer)]

    def _all(self, each: str | None) -> list[Json]:
        known = self._elements.get(each)
        if known is None:
            _, found = resolve(self.document, each or "")
            known = self._elements[each] = found if isinstance(found, list) else []
        return known

    def _by(self, each: str | None, pointer: str) -> dict[_Key, list[Json]]:
        index = self._index.get((each, pointer))
        if index is None:
            index = self._index[each, pointer] = {}
            for element in self._all(each):
                found, value = resolve(element, pointer)
                if found and isinstance(value, str | int | float):
                    index.setdefault(_key(value), []).append(element)
        return index


def _has(element: Json, pointer: str, wanted: Scalar) -> bool:
    found, value = resolve(element, pointer)
    return found and isinstance(value, str | int | float) and _key(value) == _key(wanted)


def _key(value: Scalar) -> _Key:
    return isinstance(value, bool), value
