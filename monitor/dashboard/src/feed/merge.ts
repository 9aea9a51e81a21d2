// How a frame changes what the page knows. Pure: new objects out, old ones untouched.
import type { AlarmEvent, BedView, Frame } from "../wire";

const LOG_LENGTH = 200;

/** `readings` merge by metric, every other key replaces; keys that did not change keep identity. */
export function mergeBed(bed: BedView, part: Partial<BedView>): BedView {
  const readings = part.readings ? { ...bed.readings, ...part.readings } : bed.readings;
  return { ...bed, ...part, readings };
}

/** The log with new events at its end, no longer than the page keeps. */
export function extendLog(log: AlarmEvent[], events: AlarmEvent[]): AlarmEvent[] {
  return events.length === 0 ? log : [...log, ...events].slice(-LOG_LENGTH);
}

/** Whether this frame builds on message `seq`: if not, something was lost on the way. */
export function follows(seq: number, frame: Frame): boolean {
  return frame.since === seq;
}
