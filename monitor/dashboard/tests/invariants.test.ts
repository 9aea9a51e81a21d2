// Invariants 11, 12 and 20 of the alarm rules on random lives of alarms: what is heard, whole, once.
import { describe, expect, test } from "vitest";
import { decide, type Hearing } from "../src/sound/annunciator";
import { burst, burstLength, type Pulse } from "../src/sound/pattern";
import { sounds } from "../src/view/alarms";
import type { Priority, StandingAlarm } from "../src/wire";
import { alarm, iso, T0 } from "./examples";

const PRIORITIES: Priority[] = ["low", "medium", "high"];
const RANK = { low: 1, medium: 2, high: 3 };
const STEP_S = 0.2;

/** A reproducible sequence in [0, 1): a linear congruential generator modulo 2^32. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

interface Moment {
  now: number;
  standing: StandingAlarm[];
  last: Hearing | null;
  play: Priority | null;
  cut: boolean;
}

/** Two minutes in which alarms come, rise, are answered, paused and end; each moment as decided. */
function life(seed: number): Moment[] {
  const random = chance(seed);
  const moments: Moment[] = [];
  let standing: StandingAlarm[] = [];
  let last: Hearing | null = null;
  for (let step = 0; step < 120 / STEP_S; step++) {
    const now = step * STEP_S;
    if (random() < 0.08) standing = changed(standing, random, now, step);
    const { hearing, cut, play } = decide(last, standing, now, T0 + now);
    moments.push({ now, standing, last, play: play as Priority | null, cut });
    last = hearing;
  }
  return moments;
}

function changed(
  standing: StandingAlarm[],
  random: () => number,
  now: number,
  step: number,
): StandingAlarm[] {
  const at = Math.floor(random() * standing.length);
  const one = standing[at];
  const rest = standing.filter((_, n) => n !== at);
  const what = random();
  if (!one || what < 0.4) {
    const priority = PRIORITIES[Math.floor(random() * 3)] ?? "high";
    return [...standing, alarm({ priority, condition: `C${step}` })];
  }
  if (what < 0.55) return rest;
  if (what < 0.7) return [...rest, answered(one)];
  if (what < 0.85) return [...rest, { ...one, paused_until: iso(T0 + now + 30) }];
  return [...rest, { ...one, audible: true, event: { ...one.event, priority: "high" } }];
}

function answered(one: StandingAlarm): StandingAlarm {
  return { ...one, audible: false, event: { ...one.event, signal: "acknowledged" } };
}

/** How long a burst must sound whatever happens to its condition: of HIGH its first five pulses. */
function least(sound: Priority): number {
  const pulses: Pulse[] = burst(sound);
  return burstLength(sound === "high" ? pulses.slice(0, 5) : pulses);
}

const SEEDS = Array.from({ length: 60 }, (_, n) => n + 1);

describe.each(SEEDS)("a life of alarms (%i)", (seed) => {
  const moments = life(seed);

  test("invariant 11: a started burst completes unless acknowledged, paused or overtaken", () => {
    for (const { now, last, play, cut, standing } of moments) {
      if (!cut || !last || now - last.since >= least(last.sound as Priority)) continue;
      const own = standing.find((one) => one.event.occurrence === last.occurrence);
      const silenced = own !== undefined && !sounds(own, T0 + now);
      const overtaken = play !== null && RANK[play] > RANK[last.sound as Priority];
      expect(silenced || overtaken).toBe(true);
    }
  });

  test("invariant 12: what begins to sound is the highest of what may be heard", () => {
    for (const { now, play, standing } of moments) {
      if (play === null) continue;
      const heard = standing.filter((one) => sounds(one, T0 + now));
      expect(RANK[play]).toBe(Math.max(...heard.map((one) => RANK[one.event.priority])));
    }
  });

  test("invariant 12: whatever may be heard is heard within its interval", () => {
    let silentSince: number | null = null;
    for (const { now, last, play, standing } of moments) {
      const audible = standing.some((one) => sounds(one, T0 + now));
      const sounding = last !== null && now - last.since < burstLength(burst(last.sound));
      silentSince = !audible || play !== null || sounding ? null : (silentSince ?? now);
      expect(silentSince === null ? 0 : now - silentSince).toBeLessThan(30);
    }
  });

  test("invariant 20: no two bursts are begun within one another", () => {
    let began: { at: number; sound: Priority } | null = null;
    for (const { now, play, cut } of moments) {
      if (play === null) continue;
      if (began && !cut) {
        expect(now - began.at + 1e-9).toBeGreaterThanOrEqual(burstLength(burst(began.sound)));
      }
      began = { at: now, sound: play };
    }
  });
});
