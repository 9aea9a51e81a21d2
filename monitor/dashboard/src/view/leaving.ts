// The way out in words: standby, and why a line of the discharge criteria is not met.
import type { BedView, DischargeLine, StandbyStatus } from "../wire";
import { seconds, span } from "./time";

/** "STANDBY toilet, with KM 3:12/10:00" */
export function standbyWords(standby: StandbyStatus, now: number): string {
  const [since, until] = [seconds(standby.since), seconds(standby.until)];
  const why = standby.escort ? `${standby.reason}, with ${standby.escort}` : standby.reason;
  return `STANDBY ${why} ${span(now - since)}/${span(until - since)}`;
}

/** What a tile says beside its clock: the phase, or that the patient is off the monitor. */
export function phaseWords(bed: BedView, now: number): string {
  return bed.standby ? standbyWords(bed.standby, now) : bed.phase;
}

/** Why a line is not met, with its times: "SpO2 93 < 94, since 4:10"; "" once it is met. */
export function lineWords(line: DischargeLine, now: number): string {
  if (line.state === "met") return "";
  const words = [line.because];
  if (line.since) words.push(`since ${span(now - seconds(line.since))}`);
  const due = line.due_at ? seconds(line.due_at) - now : 0;
  if (due > 0) words.push(`met in ${span(due)}`);
  if (line.again_at) {
    const wait = seconds(line.again_at) - now;
    words.push(wait > 0 ? `again in ${span(wait)}` : "again now");
  }
  return words.join(", ");
}

/** How a line counts: met, taken over by name, not met, or unknown. */
export function lineMark(line: DischargeLine): string {
  if (line.state === "met") return "met";
  if (line.overridden_by) return `by ${line.overridden_by}`;
  return line.state === "unknown" ? "unknown" : "not met";
}

/** Lines that a person can settle by saying so, with the kind and the value of that event. */
export const SAID: Record<string, { kind: string; value: string; word: string }> = {
  dissociation: { kind: "dissociation", value: "resolved", word: "Resolved" },
  sedation: { kind: "sedation", value: "resolved", word: "Resolved" },
  respiration: { kind: "respiration", value: "resolved", word: "Resolved" },
  walks: { kind: "walks", value: "yes", word: "Walks" },
  no_driving: { kind: "no_driving", value: "yes", word: "Told" },
};
