"""A whole session beside a recording: every kind of event as a line of its CSV."""

import json
from pathlib import Path

from monitor.replay import run_replay
from monitor.session_events import OPENINGS
from monitor.web.bodies import EVENT_KINDS

EVENTS = """time_s,kind,detail,value
0,begin,iv,
5,note,patient calm,
10,baseline,,
20,vitals,value=152/94; method=auscultation,
100,vitals,systolic=148; diastolic=92; respiratory_rate=14; spo2=97,
110,measure,,
130,escort,Mrs. Lind,
200,dose,planned_s=600,40
260,infusion_pause,line blocked,
320,infusion_resume,,
330,infusion_rate,20 ml/h,
340,override,of=BP-GATE; reason=known hypertension; by=Dr. Ames,
400,correct,of=dose; at=180; reason=typed late,
420,oxygen,2 l/min,
450,airway,chin lift,
460,antihypertensive,labetalol 10 mg,
470,dissociation,floating,
480,moaas,4,
490,nausea,2,
500,symptom,itching,
510,antiemetic,ondansetron 4 mg,
520,attend,,
700,infusion_end,at=650,
800,extra_dose,,10
820,void_dose,of=extra_dose; reason=not given,
900,phase,value=RECOVERY; reason=awake; by=Dr. Ames,
910,correct,of=baseline; systolic=130; diastolic=84; reason=second cuff,
1000,dissociation,resolved,
1100,discharge,,
"""


def test_a_whole_session_is_told_line_by_line(tmp_path: Path) -> None:
    events, recording = tmp_path / "events.csv", tmp_path / "rec.csv"
    events.write_text(EVENTS, encoding="utf-8")
    rows = "\n".join(f"{second},75,97" for second in range(1101))
    recording.write_text(f"time_s,hr,spo2\n{rows}\n", encoding="utf-8")
    told = [json.loads(line) for line in run_replay([recording], events=events)]
    lines = [f"{e['at']:g} {e['condition']} {e['change']} {e['signal']}" for e in told]
    assert lines == [
        "200 BP-GATE start on",
        "340 BP-GATE end off",
        "490 NAU-MILD start on",
        "1100 NAU-MILD end off",
    ]
    assert told[1]["by"] == "Dr. Ames"
    assert told[-1]["cause"] == "session_closed"


def test_every_kind_of_event_is_a_line_of_a_recording() -> None:
    told = {line.split(",")[1] for line in EVENTS.splitlines()[1:]}
    theirs = {  # what ends a session otherwise, or answers an alarm that must stand first
        *("abort", "call", "resolve", "risk", "watch_verdict"),
        *("void_reading", "take_reading", "standby", "standby_end", "sign", "sensors_off"),
        *("respiration", "sedation", "walks", "no_driving"),
    }
    assert EVENT_KINDS - told <= theirs
    assert told <= EVENT_KINDS | OPENINGS | {"nausea", "moaas"}
