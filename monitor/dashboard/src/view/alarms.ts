// How alarms are marked, ordered and worded.
import type { AlarmEvent, Priority, StandingAlarm } from "../wire";
import { seconds } from "./time";

const RANK: Record<Priority, number> = { low: 1, medium: 2, high: 3 };

/** Conditions that a person reports and only a person can settle. */
const REPORTED = new Set(["NAU-MILD", "NAU-MOD", "NAU-SEV", "RED-FLAG", "CALL"]);

/** `*` for the patient, `!` for the means of watching; one to three by priority. */
export function mark(event: AlarmEvent): string {
  return (event.kind === "technical" ? "!" : "*").repeat(RANK[event.priority]);
}

/** Highest priority first; calling before answered; patient before technical; newest first. */
export function byUrgency(a: StandingAlarm, b: StandingAlarm): number {
  return (
    RANK[b.event.priority] - RANK[a.event.priority] ||
    Number(answered(a)) - Number(answered(b)) ||
    Number(a.event.kind === "technical") - Number(b.event.kind === "technical") ||
    seconds(b.onset_at) - seconds(a.onset_at)
  );
}

/** Whether staff need not be called any more: acknowledged, or covered by a greater fault. */
export function answered(alarm: StandingAlarm): boolean {
  return alarm.event.signal === "acknowledged" || Boolean(alarm.event.covered_by);
}

/** What a tile's frame shows: the highest priority, and whether it still calls (flashes). */
export function frameOf(alarms: StandingAlarm[]): { priority: Priority | null; calling: boolean } {
  const worst = [...alarms].sort(byUrgency)[0];
  return { priority: worst?.event.priority ?? null, calling: worst ? !answered(worst) : false };
}

/** Whether this alarm may be heard at `now`: unacknowledged, uncovered, not paused. */
export function sounds(alarm: StandingAlarm, now: number): boolean {
  return alarm.audible && pauseLeft(alarm, now) === 0;
}

/** Whether its latest event only reminds of an acknowledged alarm: worth one burst. */
export function reminds({ event }: StandingAlarm): boolean {
  return Boolean(event.reminder) && event.signal === "acknowledged";
}

/** Seconds of audio pause that this alarm still has. */
export function pauseLeft(alarm: StandingAlarm, now: number): number {
  return alarm.paused_until ? Math.max(0, seconds(alarm.paused_until) - now) : 0;
}

/** What a line says about its signal besides the text, in a few words; null when it just calls. */
export function stateWords(alarm: StandingAlarm): string | null {
  const { event } = alarm;
  if (event.covered_by) return `covered by ${event.covered_by}`;
  if (event.signal === "latched") return "over, not cleared";
  if (event.signal === "acknowledged") {
    const who = event.by ? `acknowledged, ${event.by}` : "acknowledged";
    return event.presence === "unknown" ? `${who}; source lost` : who;
  }
  return event.presence === "unknown" ? "source lost" : null;
}

/** Whether a person has to settle this alarm (attended), beyond acknowledging it. */
export function isReported(event: AlarmEvent): boolean {
  return REPORTED.has(event.condition);
}

/** The worst value beside the present one, where it says more: "worst 84". */
export function worstWords(alarm: StandingAlarm): string | null {
  const { worst, event } = alarm;
  if (worst === null || worst === undefined || worst === event.value) return null;
  return `worst ${Math.round(worst)}`;
}

const CHANGES: Record<AlarmEvent["change"], string> = {
  pending: "pending",
  start: "alarm",
  update: "updated",
  escalate: "raised",
  deescalate: "lowered",
  acknowledge: "acknowledged",
  latch: "over, not cleared",
  end: "ended",
};

/** What a line of the log says happened. */
export function changeWords(event: AlarmEvent): string {
  const who = event.by ? ` by ${event.by}` : "";
  return `${CHANGES[event.change]}${event.change === "acknowledge" || event.change === "end" ? who : ""}`;
}
