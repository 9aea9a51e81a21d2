// Thirty minutes in a small box: a line for what streams, bars from diastolic to systolic for cuffs.
import { useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { TREND_S } from "../feed/trend";
import { chartBeat, now, site, trendsFor } from "../state";
import { drawPressures, drawTrend } from "../view/draw";
import { penFor } from "./pen";

interface Props {
  bed: string;
  metric: string;
  colour: string;
  /** What the scale always shows; it widens for values outside. */
  scale: [low: number, high: number];
}

export function Sparkline({ bed, metric, colour, scale }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useSignalEffect(() => {
    chartBeat.value;
    const pen = canvas.current && penFor(canvas.current);
    if (!pen) return;
    const trends = trendsFor(bed);
    const to = now.peek();
    const box = { ...pen, from: to - TREND_S, to, scale };
    if (metric === "systolic") {
      drawPressures(box, trends.get("systolic") ?? [], trends.get("diastolic") ?? [], colour);
    } else {
      drawTrend(box, trends.get(metric) ?? [], colour, site.peek()?.limits[metric]);
    }
  });
  return <canvas class="spark" ref={canvas} />;
}
