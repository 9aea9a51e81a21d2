"""The parts of a site that may report a fault, and what their alarms are called."""

BROKER, GAP, ENGINE, SCREEN, SESSION = "broker", "gap", "engine", "screen", "session"
DUTY = "duty"
OF_A_BED = frozenset({ENGINE, SESSION})
IN_A_SESSION = frozenset({SCREEN, DUTY})  # with every room empty nobody is unwatched
NAMES = {
    BROKER: "streams lost",
    GAP: "service was away",
    ENGINE: "ALARM STATE UNKNOWN",
    "store": "store fails",
    "influx": "InfluxDB is down",
    "pager": "no pager channel works",
    SESSION: "valid SpO2, but no session",
    SCREEN: "no armed station screen",
    DUTY: "nobody is on call",
    "clock": "host clock off by",
}
