// Every order that staff can give, one function each, with the words a failure is told in.
import { order } from "./api";
import type { Attendance } from "./view/forms";
import type { AlarmEvent, BedView, DischargeLine, SessionView } from "./wire";

type Done = Promise<boolean>;

/** Acknowledge exactly this occurrence as it is seen now. Of a latched, absent one: ends it. */
export function acknowledge(event: AlarmEvent): Done {
  const path = `api/alarms/${encodeURIComponent(event.occurrence)}/acknowledge`;
  return order(`acknowledge “${event.text}”`, path, { seq: event.seq });
}

/** Settle a reported condition: somebody was there, or says how it ended. */
export function attend(event: AlarmEvent, found: Attendance): Done {
  const path = `api/alarms/${encodeURIComponent(event.occurrence)}/resolve`;
  return order(`${found.outcome} “${event.text}”`, path, found);
}

export function pauseAudio(bed: BedView, seconds: 30 | 60 | 120): Done {
  return order(`pause the sound of ${bed.label}`, `${atBed(bed)}/audio-pause`, { seconds });
}

export function measure(bed: BedView): Done {
  return order(`measure blood pressure in ${bed.label}`, `${atBed(bed)}/measure`, {});
}

export interface Beginning {
  protocol: string;
  visit: string;
  initials: string;
}

export function begin(bed: BedView, beginning: Beginning): Done {
  return order(`begin a session in ${bed.label}`, `${atBed(bed)}/session`, beginning);
}

export function takeBaseline(session: SessionView): Done {
  return enter(session, "take the baseline", { kind: "baseline" });
}

export interface Dose {
  value: number | null;
  at: string | null;
  override: string | null;
}

export function giveDose(session: SessionView, dose: Dose): Done {
  return enter(session, "record the dose", { kind: "dose", ...dose });
}

export function endInfusion(session: SessionView): Done {
  return enter(session, "end the infusion", { kind: "infusion_end" });
}

export function rateNausea(session: SessionView, value: number): Done {
  return enter(session, `record nausea ${value}`, { kind: "nausea", value });
}

export function sawSickness(session: SessionView, report: "retch" | "vomit"): Done {
  return enter(session, `record ${report}ing`, { kind: "nausea", report });
}

/** Red flags as the clinic names them: one alarm that lists them. */
export function sawSymptom(session: SessionView, value: string): Done {
  return enter(session, `record ${value}`, { kind: "symptom", value });
}

export function sendHelp(session: SessionView): Done {
  return enter(session, "send help", { kind: "call" });
}

/** Was the patient nauseated when the watch began? */
export function judgeWatch(session: SessionView, nauseated: boolean): Done {
  const words = nauseated ? "nauseated" : "not nauseated";
  return enter(session, `record “${words}”`, { kind: "watch_verdict", value: nauseated });
}

export function gaveAntiemetic(session: SessionView): Done {
  return enter(session, "record the antiemetic", { kind: "antiemetic" });
}

export function rateSedation(session: SessionView, value: number): Done {
  return enter(session, `record MOAA/S ${value}`, { kind: "moaas", value });
}

export function enterPressure(session: SessionView, systolic: number, diastolic: number): Done {
  const body = { kind: "vitals", systolic, diastolic };
  return enter(session, `record ${systolic}/${diastolic} by hand`, body);
}

export function addNote(session: SessionView, value: string): Done {
  return enter(session, "add the note", { kind: "note", value });
}

export function standby(session: SessionView, reason: string, escort: string): Done {
  return enter(session, "begin the standby", { kind: "standby", reason, escort });
}

export function endStandby(session: SessionView): Done {
  return enter(session, "end the standby", { kind: "standby_end" });
}

/** Something that staff found, as an event of that kind. */
export function sayOf(session: SessionView, kind: string, value: string): Done {
  return enter(session, `record ${kind} ${value}`, { kind, value });
}

export function nameEscort(session: SessionView, value: string): Done {
  return enter(session, "name the escort", { kind: "escort", value });
}

/** Take over a line of the discharge criteria, with a reason. */
export function override(session: SessionView, line: DischargeLine, reason: string): Done {
  return enter(session, `override “${line.text}”`, { kind: "override", of: line.id, reason });
}

export function sign(session: SessionView): Done {
  return enter(session, "sign the discharge", { kind: "sign" });
}

export function sensorsOff(session: SessionView): Done {
  return enter(session, "record that the sensors are off", { kind: "sensors_off" });
}

export function close(
  session: SessionView,
  outcome: "discharged" | "aborted",
  reason: string,
): Done {
  const path = `api/sessions/${encodeURIComponent(session.id)}/close`;
  return order(`close session ${session.visit}`, path, { outcome, reason });
}

function enter(session: SessionView, what: string, body: object): Done {
  return order(what, `api/sessions/${encodeURIComponent(session.id)}/events`, body);
}

function atBed(bed: BedView): string {
  return `api/beds/${encodeURIComponent(bed.bed)}`;
}
