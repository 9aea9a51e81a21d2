// Thirty minutes in a small box: a line for what streams, bars from diastolic to systolic for cuffs.
import { TREND_S } from "../feed/trend";
import { now, site, trendsFor } from "../state";
import { drawPressures, drawTrend } from "../view/draw";
import { useDrawing } from "./pen";

interface Props {
  bed: string;
  metric: string;
  colour: string;
  /** What the scale always shows; it widens for values outside. */
  scale: [low: number, high: number];
}

export function Sparkline({ bed, metric, colour, scale }: Props) {
  const canvas = useDrawing((pen) => {
    const trends = trendsFor(bed);
    const to = now.peek();
    const box = { ...pen, from: to - TREND_S, to, scale };
    const limits = site.peek()?.limits[metric];
    const points = trends.get(metric) ?? [];
    if (metric === "systolic") {
      drawPressures(box, points, trends.get("diastolic") ?? [], colour, limits);
    } else {
      drawTrend(box, points, colour, limits);
    }
  });
  return <canvas class="spark" ref={canvas} />;
}
