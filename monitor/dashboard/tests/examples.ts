// Alarms, readings and beds to test with.
import type { AlarmEvent, BedView, ReadingView, StandingAlarm } from "../src/wire";

export const T0 = Date.parse("2026-11-23T09:30:00.000Z") / 1000;

export function iso(at: number): string {
  return new Date(at * 1000).toISOString();
}

export function event(change: Partial<AlarmEvent> = {}): AlarmEvent {
  return {
    at: iso(T0),
    id: "B1:O2-LO:1:1",
    seq: 1,
    bed: "B1",
    session: "s1",
    occurrence: "B1:O2-LO:1",
    condition: "O2-LO",
    kind: "physiological",
    priority: "medium",
    change: "start",
    cause: null,
    presence: "present",
    signal: "on",
    value: 88,
    limit: 90,
    metric: "spo2",
    text: "SpO2 88 < 90",
    origin: "demo",
    ...change,
  };
}

export function alarm(
  change: Partial<AlarmEvent> = {},
  standing: Partial<StandingAlarm> = {},
): StandingAlarm {
  const own = event({
    occurrence: `${change.bed ?? "B1"}:${change.condition ?? "O2-LO"}:1`,
    ...change,
  });
  return { event: own, onset_at: own.at, audible: true, ...standing };
}

export function reading(
  value: number | null,
  at = T0,
  change: Partial<ReadingView> = {},
): ReadingView {
  const validity = value === null ? "unavailable" : "valid";
  return { value, at: iso(at), age: 0, validity, origin: "demo", device: "ox", ...change };
}

export function bed(change: Partial<BedView> = {}): BedView {
  return {
    bed: "B1",
    label: "Room 1",
    state: "ok",
    phase: "PEAK",
    session: null,
    readings: {},
    alarms: [],
    pending: [],
    holds: [],
    tasks: [],
    devices: [],
    standby: null,
    not_ready: [],
    note: "",
    pause_until: null,
    ...change,
  };
}
