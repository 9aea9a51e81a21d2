"""The values of one metric of one bed over time, thinned inside the database for a chart."""

from devices.reading import Metric
from monitor.store.schema import MINUTE_MS, Value

_CUFF_METRICS = frozenset({Metric.SYSTOLIC, Metric.DIASTOLIC, Metric.MEAN_PRESSURE})

# Of a reading: its time and its value. Pressures come from cuffs, nausea from reports
# as well; the beats of a packet all stand at its end.
_SAMPLES = "SELECT point_ms AS ms, value AS v FROM input WHERE metric = :metric AND {rows}"
_CUFFS = """SELECT point_ms, json_extract(CAST(body AS TEXT), '$.' || :metric) FROM input
    WHERE kind = 'cuff' AND {rows}"""
_REPORTS = """SELECT point_ms, json_extract(CAST(body AS TEXT), '$.value') FROM input
    WHERE kind = 'report' AND {rows}"""
_BEATS = """SELECT point_ms AS ms, beat.value AS v
    FROM input, json_each(CAST(body AS TEXT), '$.rr_ms') AS beat
    WHERE kind = 'beats' AND {rows}"""

_ROWS = "bed = :bed AND point_ms >= :since AND point_ms < :until"
_IN_ORDER = """late = 0
    AND seq BETWEEN (SELECT min(first_seq) FROM span WHERE minute BETWEEN :first AND :last)
                AND (SELECT max(last_seq) FROM span WHERE minute BETWEEN :first AND :last)
    AND """
_BEHIND = "late = 1 AND "

_RAW = "SELECT ms / 1000.0, v, v, v FROM ({values}) WHERE v IS NOT NULL ORDER BY ms"
_THINNED = """SELECT avg(ms) / 1000.0, min(v), avg(v), max(v) FROM ({values}) WHERE v IS NOT NULL
    GROUP BY (ms - :since) * :points / (:until - :since) ORDER BY min(ms)"""


def trend_query(
    bed: str, metric: Metric, since: float, until: float, points: int | None
) -> tuple[str, dict[str, Value]]:
    """The query and its values; rows are (at, min, mean, max)."""
    since_ms, until_ms = round(since * 1000), round(until * 1000)
    sources = [_SAMPLES]
    if metric in _CUFF_METRICS:
        sources.append(_CUFFS)
    if metric is Metric.NAUSEA:
        sources.append(_REPORTS)
    if metric is Metric.RR_MS:
        sources = [_BEATS]
    values = " UNION ALL ".join(
        source.format(rows=order + _ROWS) for source in sources for order in (_IN_ORDER, _BEHIND)
    )
    shape = _RAW if points is None else _THINNED
    bindings: dict[str, Value] = {
        "bed": bed,
        "metric": metric.value,
        "since": since_ms,
        "until": until_ms,
        "first": since_ms // MINUTE_MS,
        "last": until_ms // MINUTE_MS,
        "points": points,
    }
    return shape.format(values=values), bindings
