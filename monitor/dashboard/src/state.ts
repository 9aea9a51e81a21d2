// What the page knows now, as signals. Only `receive` and `tick` change it.
import { batch, computed, type Signal, signal } from "@preact/signals";
import { extendLog, mergeBed, passing } from "./feed/merge";
import { extend, type Trends, trendsOf } from "./feed/trend";
import { seconds } from "./view/time";
import type { AlarmEvent, BedView, Limits, Message, Origin, Snapshot, StandingAlarm } from "./wire";

export interface Site {
  name: string;
  origin: Origin;
  speed: number;
  station: string;
  version: string;
  limits: Record<string, Limits>;
  staleAfter: Record<string, number>;
  redFlags: string[];
}

/** Where the service says nothing about a metric, its values count as stale after this long. */
const USUALLY_STALE_S = 15;

export const site = signal<Site | null>(null);
/** Beds in the order of the configuration, which never changes. */
export const beds = signal<Signal<BedView>[]>([]);
export const siteAlarms = signal<StandingAlarm[]>([]);
export const log = signal<AlarmEvent[]>([]);
/** Alarms that came and went within the last message. */
export const passed = signal<StandingAlarm[]>([]);
/** The service's time, epoch seconds. */
export const now = signal(Date.now() / 1000);
/** Real seconds since anything was heard from the service. */
export const silence = signal(0);
/** The page itself has failed: what it shows can no longer be trusted. */
export const failed = signal(false);
/** The bed whose panel is open. */
export const openBed = signal<string | null>(null);
/** Counts up when the small charts should be drawn again. */
export const chartBeat = signal(0);

/** Whether the service has told what there is; until then nothing is known, not even that all is quiet. */
export const told = computed(() => site.value !== null);

/** Every standing alarm, of the site and of all beds. */
export const allAlarms = computed(() => [
  ...siteAlarms.value,
  ...beds.value.flatMap((bed) => bed.value.alarms),
]);

const trends = new Map<string, Trends>();
let clock = { at: Date.now() / 1000, heard: performance.now(), speed: 1 };
let chartedAt = 0;

/** Take in a message of the service, received at `heard` (monotonic ms). */
export function receive(message: Message, heard: number): void {
  batch(() => {
    if (message.kind === "snapshot") restart(message);
    else {
      for (const bed of beds.value) {
        const part = message.beds[bed.value.bed];
        if (part) change(bed, part);
      }
      if (message.site_alarms) siteAlarms.value = message.site_alarms;
      log.value = extendLog(log.value, message.events);
      passed.value = passing(message.events, allAlarms.value);
    }
    clock = { at: seconds(message.at), heard, speed: site.value?.speed ?? 1 };
    tick(heard);
  });
}

/** Let time pass: ages and countdowns go on between messages. */
export function tick(monotonic: number): void {
  const elapsed = Math.max(0, (monotonic - clock.heard) / 1000);
  batch(() => {
    now.value = clock.at + elapsed * clock.speed;
    silence.value = elapsed;
    if (monotonic - chartedAt > 2000) {
      chartedAt = monotonic;
      chartBeat.value += 1;
    }
  });
}

/** Seconds after which a value of this metric is no longer live. */
export function staleAfter(metric: string): number {
  return site.value?.staleAfter[metric] ?? USUALLY_STALE_S;
}

/** The trends of a bed; empty for an unknown one. */
export function trendsFor(bed: string): Trends {
  return trends.get(bed) ?? new Map();
}

/** The bed of this name as the page knows it now. */
export function bedNamed(name: string | null): Signal<BedView> | undefined {
  return beds.value.find((bed) => bed.peek().bed === name);
}

function restart(snapshot: Snapshot): void {
  const { origin, speed, station, version, limits } = snapshot;
  site.value = {
    name: snapshot.site,
    origin,
    speed,
    station,
    version,
    limits,
    staleAfter: snapshot.stale_after_s,
    redFlags: snapshot.red_flags,
  };
  trends.clear();
  const known = new Map(beds.peek().map((bed) => [bed.peek().bed, bed]));
  beds.value = snapshot.beds.map((sent) => {
    const view = { ...sent, label: sent.label || sent.bed };
    trends.set(view.bed, trendsOf(view));
    const bed = known.get(view.bed) ?? signal(view);
    bed.value = view;
    return bed;
  });
  siteAlarms.value = snapshot.site_alarms;
  log.value = snapshot.log;
  chartBeat.value += 1;
}

function change(bed: Signal<BedView>, part: Partial<BedView>): void {
  const bedTrends = trendsFor(bed.peek().bed);
  for (const [metric, reading] of Object.entries(part.readings ?? {})) {
    extend(bedTrends, metric, reading);
  }
  bed.value = mergeBed(bed.peek(), part);
}
