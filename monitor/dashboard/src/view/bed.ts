// What a tile says about a bed besides its values: phase, clock, tasks, what is due.
import type { BedView, CheckStatus, DeviceView, Limits, ReadingView } from "../wire";
import { liveValue } from "./ageing";
import { seconds, sinceDose, span, timeOfDay } from "./time";

/** The clock beside the phase: T+ from the dose, before it the time since the session began. */
export function sessionClock(bed: BedView, now: number): string {
  const { session } = bed;
  if (!session) return "";
  if (session.dose_at) return sinceDose(seconds(session.dose_at), now);
  return `since ${timeOfDay(seconds(session.began_at))}`;
}

/** Who lies there: "V-1042 C.T." */
export function who(bed: BedView): string {
  return bed.session ? [bed.session.visit, bed.session.initials].filter(Boolean).join(" ") : "";
}

/** Labels of other rooms whose patient has the same initials: told apart only by visit code. */
export function sameInitials(bed: BedView, beds: BedView[]): string[] {
  const initials = bed.session?.initials;
  if (!initials) return [];
  return beds
    .filter((other) => other.bed !== bed.bed && other.session?.initials === initials)
    .map((other) => other.label);
}

export interface RateSource {
  metric: "heart_rate" | "pulse_rate";
  label: "HR" | "PR";
}

/** Where the rate comes from: the ECG strap while it is live, else the oximeter's pulse. */
export function rateSource(
  readings: Record<string, ReadingView>,
  now: number,
  staleAfter: (metric: string) => number,
): RateSource {
  const strap = liveValue(readings.heart_rate, now, staleAfter("heart_rate"));
  const pulse = liveValue(readings.pulse_rate, now, staleAfter("pulse_rate"));
  const useStrap = strap !== null || (pulse === null && readings.pulse_rate === undefined);
  return useStrap ? { metric: "heart_rate", label: "HR" } : { metric: "pulse_rate", label: "PR" };
}

/** When the next cuff reading is due: "next 5:32", "due now", "overdue 1:10". */
export function nextCuff(nextDue: string | null | undefined, now: number): string {
  if (!nextDue) return "";
  const left = seconds(nextDue) - now;
  if (left > 0) return `next ${span(left)}`;
  return left > -30 ? "due now" : `overdue ${span(-left)}`;
}

/** The countdown of a BP-CHECK: wait at least so long, then do it before it counts as unanswered. */
export function checkCountdown(check: CheckStatus, now: number): string {
  const from = seconds(check.due_from) - now;
  const until = seconds(check.due_until) - now;
  if (from > 0) return `in ${span(from)}`;
  return until > 0 ? `now, ${span(until)} left` : `not done, ${span(-until)} late`;
}

/** Upper and lower limit as a bedside monitor stacks them; "" for a limit that is not set. */
export function stacked(limits: Limits | undefined): [upper: string, lower: string] {
  return [one(limits?.high), one(limits?.low)];
}

function one(limit: number | null | undefined): string {
  return limit === null || limit === undefined ? "" : String(Math.round(limit));
}

const REASONS: Record<string, string> = {
  no_value: "no value",
  sensor_off: "sensor off",
  no_pulse: "no pulse",
  no_contact: "no contact",
  weak_signal: "weak signal",
  motion: "motion",
  early_estimate: "early value",
  calibrating: "calibrating",
  device_questionable: "questionable",
  device_invalid: "invalid",
  out_of_range: "out of range",
  cuff_failed: "cuff failed",
};

/** Why a value is dashes or doubtful, in words; "" when it is plainly valid and live. */
export function reasonWords(
  reading: ReadingView | undefined,
  now: number,
  staleAfter: number,
): string {
  if (!reading) return "not seen";
  if (reading.validity !== "valid") return REASONS[reading.reason ?? ""] ?? reading.validity;
  return liveValue(reading, now, staleAfter) === null ? "no data" : "";
}

/** What keeps a device from being read, where staff can do something about it; else `otherwise`. */
export function lossWords(device: DeviceView, otherwise: string): string {
  return device.up === false && device.reason === "not_paired" ? "not paired" : otherwise;
}
