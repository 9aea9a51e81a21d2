"""How long a streamed value has been inside its bounds, by plainly valid data without a break."""

import msgspec


class Steady(msgspec.Struct):
    """Plain data of one stream; a weak or missing value is never given to it.

    value, heard_at: the newest; good_since: inside its bounds since then; bad_since: outside since.
    """

    value: float = 0
    heard_at: float | None = None
    good_since: float | None = None
    bad_since: float | None = None

    def take(self, at: float, value: float, *, good: bool, gap_s: float, dip_s: float) -> bool:
        """Take a value; True if something turned, or may turn sooner than was thought.

        Silence for longer than `gap_s` starts the clock anew, a time outside of `dip_s` as well.
        """
        heard_at = self.heard_at
        self.heard_at, self.value = at, value
        if heard_at is None or at > heard_at + gap_s:
            self.good_since = self.bad_since = None
        bad_since = self.bad_since
        if good:
            self.bad_since = None
            if self.good_since is not None and (bad_since is None or at < bad_since + dip_s):
                return False
            self.good_since = at
            return True
        if bad_since is None:
            self.bad_since = at
            return True
        if at >= bad_since + dip_s:
            self.good_since = None
        return False

    def lost(self, at: float, gap_s: float) -> bool:
        """Whether nothing plainly valid has come for longer than this, or ever."""
        return self.heard_at is None or at > self.heard_at + gap_s

    def bad(self, at: float, dip_s: float) -> bool:
        """Whether it is outside of its bounds, and not just dipping."""
        return self.bad_since is not None and (
            self.good_since is None or at >= self.bad_since + dip_s
        )
