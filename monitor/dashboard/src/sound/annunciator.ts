// Decides what is to be heard: one burst at a time, the most urgent alarm only. Pure.

import { byUrgency, sounds } from "../view/alarms";
import type { StandingAlarm } from "../wire";
import { burst, burstLength, EVERY_S, type Sound } from "./pattern";

/** What is being heard: which sound for which occurrence, since when (monotonic seconds). */
export interface Hearing {
  sound: Sound;
  occurrence: string | null;
  since: number;
}

export interface Decision {
  hearing: Hearing | null;
  /** Stop what sounds now; then start `play`, if any. */
  cut: boolean;
  play: Sound | null;
}

const RANK: Record<Sound, number> = { test: 0, low: 1, medium: 2, high: 3, notLive: 4 };

/**
 * What to do with the sound now, given what was heard last and the standing alarms.
 *
 * A burst completes unless its occurrence was acknowledged or paused (it still stands, but may not
 * sound) or something more urgent starts. The next burst comes when the interval is over.
 */
export function decide(
  last: Hearing | null,
  standing: StandingAlarm[],
  now: number,
  serviceNow: number,
): Decision {
  const worst = standing.filter((alarm) => sounds(alarm, serviceNow)).sort(byUrgency)[0];
  const sounding = last !== null && now - last.since < burstLength(burst(last.sound));
  const cut = sounding && last.sound !== "test" && silenced(last, standing, serviceNow);
  if (!worst) return { hearing: cut ? null : last, cut, play: null };
  const want = worst.event.priority;
  const occurrence = worst.event.occurrence;
  if (last && RANK[want] <= RANK[last.sound] && sounding && !cut) return stay(last);
  const rose = !last || RANK[want] > RANK[last.sound] || last.sound === "notLive";
  const renewed = last?.occurrence !== occurrence && !(last && wasHeard(last, want, now));
  if (rose || renewed || cut || now - last.since >= EVERY_S[want]) {
    return { hearing: { sound: want, occurrence, since: now }, cut: sounding, play: want };
  }
  return stay(last);
}

/** The page's own signal while the service is silent: every few seconds, over everything. */
export function decideNotLive(last: Hearing | null, now: number): Decision {
  if (last?.sound === "notLive" && now - last.since < EVERY_S.notLive) return stay(last);
  const hearing: Hearing = { sound: "notLive", occurrence: null, since: now };
  return { hearing, cut: true, play: "notLive" };
}

function stay(last: Hearing): Decision {
  return { hearing: last, cut: false, play: null };
}

/** The occurrence still stands but may not sound: someone acknowledged or paused it. */
function silenced(last: Hearing, standing: StandingAlarm[], serviceNow: number): boolean {
  const own = standing.find((alarm) => alarm.event.occurrence === last.occurrence);
  return own !== undefined && !sounds(own, serviceNow);
}

/** A sound of this priority was heard so recently that another occurrence need not repeat it. */
function wasHeard(last: Hearing, want: Sound, now: number): boolean {
  return RANK[last.sound] >= RANK[want] && now - last.since < EVERY_S[want];
}
