// The last 30 minutes of each metric, for the small charts: appended to, never searched.
import { liveValue } from "../view/ageing";
import { seconds } from "../view/time";
import type { BedView, ReadingView, TrendPoint } from "../wire";

export const TREND_S = 30 * 60;

/** Points closer together than this are not kept: a chart is a few hundred pixels wide. */
const CLOSEST_S = 2;

/** Metrics whose every reading is an event of its own and is kept. */
const CUFF = new Set(["systolic", "diastolic", "mean_pressure"]);

/** Trends by metric; a metric without points is absent. */
export type Trends = Map<string, TrendPoint[]>;

/** The trends of a snapshot. */
export function trendsOf(bed: BedView): Trends {
  return new Map(Object.entries(bed.trend ?? {}).map(([metric, points]) => [metric, [...points]]));
}

/** Take in one reading; stored, repeated and unusable ones leave the trend as it is. */
export function extend(trends: Trends, metric: string, reading: ReadingView): void {
  const at = seconds(reading.at);
  const value = liveValue(reading, at, Number.POSITIVE_INFINITY);
  if (value === null) return;
  const points = trends.get(metric) ?? [];
  const last = points.at(-1)?.[0] ?? Number.NEGATIVE_INFINITY;
  if (at <= last || (at - last < CLOSEST_S && !CUFF.has(metric))) return;
  points.push([at, value]);
  const gone = points.findIndex(([time]) => time >= at - TREND_S);
  if (gone > 60) points.splice(0, gone);
  trends.set(metric, points);
}
