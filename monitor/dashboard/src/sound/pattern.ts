// The audible signals after IEC 60601-1-8: when each pulse of a burst begins and how long it lasts.
import type { Priority } from "../wire";

/** "notLive" is the page's own signal: the service is silent, nobody is being watched. */
export type Sound = Priority | "notLive" | "test";

/** One pulse: seconds from the start of its burst, length in seconds, fundamental in Hz. */
export interface Pulse {
  start: number;
  length: number;
  pitch: number;
}

/** A fundamental within 150-1000 Hz whose harmonics 2 to 5 lie within 300-4000 Hz. */
const PITCH = 523;

const HIGH = { length: 0.15, gap: 0.1, half: 0.6 };
const MEDIUM = { length: 0.2, gap: 0.2 };

/** Seconds from the start of one burst to the start of the next; the test tone does not repeat. */
export const EVERY_S: Record<Sound, number> = {
  high: 8,
  medium: 20,
  low: 30,
  notLive: 6,
  test: Number.POSITIVE_INFINITY,
};

/** The pulses of one burst: HIGH 3+2 twice, MEDIUM 3, LOW 2. */
export function burst(sound: Sound): Pulse[] {
  switch (sound) {
    case "high":
      return highBurst();
    case "medium":
      return row(3, 0, MEDIUM.length, MEDIUM.gap);
    case "low":
    case "test":
      return row(2, 0, MEDIUM.length, MEDIUM.gap);
    case "notLive":
      return [
        { start: 0, length: 0.5, pitch: 392 },
        { start: 0.6, length: 0.5, pitch: 294 },
        { start: 1.2, length: 0.5, pitch: 392 },
        { start: 1.8, length: 0.9, pitch: 294 },
      ];
  }
}

/** Seconds until the last pulse of these has ended. */
export function burstLength(pulses: Pulse[]): number {
  const last = pulses.at(-1);
  return last ? last.start + last.length : 0;
}

/** Gaps of a half: x, x, 2x + pulse, x; between the halves 0.6 s. */
function highBurst(): Pulse[] {
  const { length, gap, half } = HIGH;
  const three = row(3, 0, length, gap);
  const two = row(2, burstLength(three) + 2 * gap + length, length, gap);
  const first = [...three, ...two];
  const second = burstLength(first) + half;
  return [...first, ...first.map((pulse) => ({ ...pulse, start: pulse.start + second }))];
}

function row(count: number, start: number, length: number, gap: number): Pulse[] {
  return Array.from({ length: count }, (_, n) => ({
    start: start + n * (length + gap),
    length,
    pitch: PITCH,
  }));
}
