// The nausea index in words: its limits, said in one place, and what a bar shows.
import type { NauseaIndex, Sign } from "../wire";

/** What staff must know before they believe a bar. The README says the same. */
export const LIMITS = [
  "Not tested on patients under ketamine. What a patient says always comes first.",
  "Nausea that leaves no trace in heart rate and beats is not seen at all.",
  "Fear, talking, moving, standing up, crying, dissociation and the drug itself look the same.",
  "It is minutes late, and by calculation, not by trial, about one watch in three is nausea.",
  "It only asks you to ask. It never pages.",
] as const;

/** How much of a bar is filled, 0 to 1; null: it cannot be told, which is not nothing. */
export function filled(sign: Sign): number | null {
  return sign.points === null ? null : Math.min(1, sign.points / sign.most);
}

/** What stands beside a bar: its value, or why there is none. */
export function signWords(sign: Sign): string {
  if (sign.points === null) return sign.missing ?? "unavailable";
  return sign.text || (sign.points > 0 ? "yes" : "no");
}

/** The sum: "3.5 of 4 points", or why it is unavailable. */
export function totalWords(index: NauseaIndex): string {
  if (index.total === null) return `unavailable: ${index.missing ?? "no data"}`;
  const total = Math.round(index.total * 100) / 100;
  return `${total} points, asks at ${index.enter}`;
}

/** What this session's watches have come to; "" before the first answer. */
export function recordWords(index: NauseaIndex): string {
  const right = index.right ?? 0;
  const answered = right + (index.wrong ?? 0);
  return answered === 0 ? "" : `${right} of ${answered} watches were nausea`;
}
