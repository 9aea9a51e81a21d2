// How a frame changes what the page knows. Pure: new objects out, old ones untouched.
import type { AlarmEvent, BedView, Frame, StandingAlarm } from "../wire";

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

/**
 * Alarms that began and were over within one message: they stand nowhere, yet one burst is due.
 * LOW ones are left out, for some of them have no sound.
 */
export function passing(events: AlarmEvent[], standing: StandingAlarm[]): StandingAlarm[] {
  const stands = new Set(standing.map(({ event }) => event.occurrence));
  return events
    .filter(({ change, signal, priority, covered_by, occurrence }) => {
      const began = change === "start" && signal === "on" && priority !== "low";
      return began && !covered_by && !stands.has(occurrence);
    })
    .map((event) => ({ event, onset_at: event.at, audible: true }));
}
