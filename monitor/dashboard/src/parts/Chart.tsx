// Thirty minutes of the open room in three lanes with one time axis: each lane has its own unit.
import type { Signal } from "@preact/signals";
import { TREND_S } from "../feed/trend";
import { log, now, site, trendsFor } from "../state";
import { drawChart, type Lane } from "../view/chart";
import { seconds } from "../view/time";
import type { BedView } from "../wire";
import { useDrawing } from "./pen";

export function Chart({ bed }: { bed: Signal<BedView> }) {
  const canvas = useDrawing((pen) => {
    const view = bed.peek();
    const to = now.peek();
    const starts = log
      .peek()
      .filter((event) => event.bed === view.bed && event.change === "start")
      .map((event) => ({ at: seconds(event.at), priority: event.priority }));
    const doseAt = view.session?.dose_at ? seconds(view.session.dose_at) : null;
    const frame = { ...pen, from: to - TREND_S, to };
    drawChart(frame, lanes(view), { doseAt, alarms: starts });
  });
  return (
    <section>
      <h3>Last 30 minutes</h3>
      <canvas class="chart" ref={canvas} role="img" aria-label="Trend of the last 30 minutes" />
    </section>
  );
}

function lanes(view: BedView): Lane[] {
  const trends = trendsFor(view.bed);
  const limits = site.peek()?.limits ?? {};
  const rate = trends.has("heart_rate") ? "heart_rate" : "pulse_rate";
  const points = (metric: string) => trends.get(metric) ?? [];
  return [
    {
      name: "SpO₂ %",
      colour: "#8fb8ff",
      scale: [84, 100],
      points: points("spo2"),
      limits: limits.spo2,
    },
    {
      name: rate === "heart_rate" ? "HR /min" : "PR /min",
      colour: "#5fe3a1",
      scale: [40, 130],
      points: points(rate),
      limits: limits[rate],
    },
    {
      name: "NIBP mmHg",
      colour: "#d8d0ff",
      scale: [50, 190],
      points: points("systolic"),
      lower: points("diastolic"),
      limits: limits.systolic,
    },
  ];
}
