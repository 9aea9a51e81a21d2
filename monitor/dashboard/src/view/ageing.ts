// When a value may still be shown as a number, and how old a cuff reading looks.
import type { ReadingView } from "../wire";
import { seconds } from "./time";

/** What stands where no value can be shown. */
export const DASHES = "– –";

/** A cuff reading is greyed after this many cuff intervals, and gone after GONE_AFTER_S. */
const FULL_INTERVALS = 1.5;
const GONE_AFTER_S = 30 * 60;

/** Used until the session says when the next reading is due. */
const USUAL_INTERVAL_S = 10 * 60;

export type CuffAge = "fresh" | "old" | "gone";

/** The value, or null where it is missing, unusable, stored, or `staleAfter` seconds old. */
export function liveValue(
  reading: ReadingView | undefined,
  now: number,
  staleAfter: number,
): number | null {
  if (!reading || reading.value === null || reading.history) return null;
  if (reading.validity === "unavailable" || reading.validity === "invalid") return null;
  return now - seconds(reading.at) < staleAfter ? reading.value : null;
}

/** A number as the tiles print it: whole, except temperatures and indices below ten. */
export function shown(value: number | null, digits = 0): string {
  return value === null || !Number.isFinite(value) ? DASHES : value.toFixed(digits);
}

/** How a cuff reading of this age looks: full colour, grey, or dashes with its time kept. */
export function cuffAge(measuredAt: number, now: number, interval: number): CuffAge {
  const age = now - measuredAt;
  if (!(age <= GONE_AFTER_S)) return "gone";
  return age <= FULL_INTERVALS * interval ? "fresh" : "old";
}

/** Seconds between this cuff reading and the next due one, as the session's schedule has it. */
export function cuffInterval(measuredAt: number, nextDue: string | null | undefined): number {
  const interval = nextDue ? seconds(nextDue) - measuredAt : Number.NaN;
  return interval > 0 ? Math.min(interval, GONE_AFTER_S) : USUAL_INTERVAL_S;
}
