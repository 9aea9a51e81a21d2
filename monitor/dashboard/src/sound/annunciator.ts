// Decides what is to be heard: one burst at a time, the most urgent alarm only. Pure.

import { byUrgency, reminds, sounds } from "../view/alarms";
import type { StandingAlarm } from "../wire";
import { burst, burstLength, EVERY_S, type Sound } from "./pattern";

/** What is being heard, or was heard last. */
export interface Hearing {
  sound: Sound;
  /** Whose burst it is; null for the page's own sounds. */
  occurrence: string | null;
  /** Its beginning, monotonic seconds. */
  since: number;
  /** Which standing alarms, at which priority, were announced already. */
  heard: ReadonlySet<string>;
}

export interface Decision {
  hearing: Hearing | null;
  /** Stop what sounds now; then start `play`, if any. */
  cut: boolean;
  play: Sound | null;
}

const RANK: Record<Sound, number> = { low: 1, medium: 2, high: 3, test: 3, notLive: 4 };

/**
 * What to do with the sound at `now` (monotonic), given the standing alarms at `serviceNow`.
 *
 * A new or risen alarm is announced at once, after a burst that is at least as urgent; a burst
 * completes unless somebody acknowledged or paused its alarm, or something more urgent begins. A
 * reminder of an acknowledged alarm is one burst, unless something as urgent calls.
 */
export function decide(
  last: Hearing | null,
  standing: StandingAlarm[],
  now: number,
  serviceNow: number,
): Decision {
  const due = (alarm: StandingAlarm) => reminds(alarm) && !last?.heard.has(key(alarm));
  const audible = standing.filter((alarm) => sounds(alarm, serviceNow) || due(alarm));
  const worst = audible.sort(byUrgency)[0];
  const sounding = last !== null && now - last.since < burstLength(burst(last.sound));
  const cut = sounding && silenced(last, standing, serviceNow);
  if (!worst) return { hearing: last, cut, play: null };
  const { priority, occurrence } = worst.event;
  const fresh = !last?.heard.has(key(worst));
  const overtakes = last !== null && RANK[priority] > RANK[last.sound];
  if (sounding && !cut && !(fresh && overtakes)) return stay(last);
  const again = !last || last.sound === "notLive" || now - last.since >= EVERY_S[priority];
  if (!again && !fresh) return { hearing: last, cut, play: null };
  const heard = new Set(standing.map(key).filter((known) => last?.heard.has(known)));
  heard.add(key(worst));
  const hearing = { sound: priority, occurrence, since: now, heard };
  return { hearing, cut: sounding, play: priority };
}

/** The page's own signal while the service is silent: every few seconds, over everything. */
export function decideNotLive(last: Hearing | null, now: number): Decision {
  if (last?.sound === "notLive" && now - last.since < EVERY_S.notLive) return stay(last);
  return { hearing: ownSound("notLive", last, now), cut: true, play: "notLive" };
}

/** The page sounds by itself; what was announced stays announced. */
export function ownSound(sound: Sound, last: Hearing | null, now: number): Hearing {
  return { sound, occurrence: null, since: now, heard: last?.heard ?? new Set() };
}

function stay(last: Hearing): Decision {
  return { hearing: last, cut: false, play: null };
}

function key({ event }: StandingAlarm): string {
  return event.reminder ? event.id : `${event.occurrence}/${event.priority}`;
}

/** The alarm of this burst still stands but may not sound: someone acknowledged or paused it. */
function silenced(last: Hearing, standing: StandingAlarm[], serviceNow: number): boolean {
  const own = standing.find((alarm) => alarm.event.occurrence === last.occurrence);
  return own !== undefined && !sounds(own, serviceNow) && !reminds(own);
}
