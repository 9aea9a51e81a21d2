"""JSON pointers (RFC 6901): finding one value in a decoded JSON document."""

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None


def resolve(document: Json, pointer: str) -> tuple[bool, Json]:
    """Whether the pointer leads anywhere, and to what ("" is the document itself)."""
    here = document
    for raw in pointer.split("/")[1:]:
        token = raw.replace("~1", "/").replace("~0", "~")
        if isinstance(here, dict) and token in here:
            here = here[token]
        elif isinstance(here, list) and _is_index(token) and int(token) < len(here):
            here = here[int(token)]
        else:
            return False, None
    return True, here


def _is_index(token: str) -> bool:
    """No sign and no leading zero, as the RFC has it; no list of ours has a million entries."""
    return token.isascii() and token.isdigit() and len(token) < 7 and str(int(token)) == token
