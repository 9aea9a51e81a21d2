// Draws trends on a canvas: time to the right edge, gaps left open, limits as thin lines.
import type { Limits, TrendPoint } from "../wire";

/** Where and over what span to draw. */
export interface Box {
  pen: CanvasRenderingContext2D;
  width: number;
  height: number;
  from: number;
  to: number;
  scale: [low: number, high: number];
}

/** Points further apart than this are not joined: nothing was measured in between. */
const GAP_S = 45;
const EDGE = 4;

/** A value's y and a time's x in the box; the scale widens to hold every point. */
export function axes(box: Box, points: TrendPoint[]) {
  const low = Math.min(box.scale[0], ...points.map(([, value]) => value));
  const high = Math.max(box.scale[1], ...points.map(([, value]) => value));
  const span = high - low || 1;
  return {
    x: (at: number) => ((at - box.from) / (box.to - box.from)) * (box.width - EDGE),
    y: (value: number) => EDGE + (1 - (value - low) / span) * (box.height - 2 * EDGE),
    holds: (value: number) => value >= low && value <= high,
  };
}

/** Runs of points that belong together, each drawn as one line. */
export function runs(points: TrendPoint[]): TrendPoint[][] {
  const out: TrendPoint[][] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const point of points) {
    if (point[0] - last > GAP_S) out.push([]);
    out.at(-1)?.push(point);
    last = point[0];
  }
  return out;
}

/** A streamed metric: a line with a soft fill, and its limits where the scale holds them. */
export function drawTrend(
  box: Box,
  all: TrendPoint[],
  colour: string,
  limits: Limits | undefined,
): void {
  const points = all.filter(([at]) => at >= box.from);
  const { x, y, holds } = axes(box, points);
  const { pen } = box;
  drawLimits(box, limits, y, holds);
  for (const run of runs(points)) {
    const line = new Path2D();
    for (const [at, value] of run) line.lineTo(x(at), y(value));
    const fill = new Path2D(line);
    fill.lineTo(x(run.at(-1)?.[0] ?? 0), box.height);
    fill.lineTo(x(run[0]?.[0] ?? 0), box.height);
    const shade = pen.createLinearGradient(0, 0, 0, box.height);
    shade.addColorStop(0, `${colour}38`);
    shade.addColorStop(1, `${colour}00`);
    pen.fillStyle = shade;
    pen.fill(fill);
    pen.strokeStyle = colour;
    pen.lineWidth = 1.5;
    pen.lineJoin = "round";
    pen.stroke(line);
  }
  const newest = points.at(-1);
  if (newest) dot(pen, x(newest[0]), y(newest[1]), 2.5, colour);
}

/** Cuff readings: a bar from diastolic to systolic for each, never joined to each other. */
export function drawPressures(
  box: Box,
  systolic: TrendPoint[],
  diastolic: TrendPoint[],
  colour: string,
  limits: Limits | undefined,
): void {
  const upper = systolic.filter(([at]) => at >= box.from);
  const lower = diastolic.filter(([at]) => at >= box.from);
  const { x, y, holds } = axes(box, [...upper, ...lower]);
  const { pen } = box;
  drawLimits(box, limits, y, holds);
  const under = new Map(lower);
  for (const [at, value] of upper) {
    const base = under.get(at);
    if (base !== undefined) {
      pen.strokeStyle = `${colour}80`;
      pen.lineWidth = 2;
      pen.beginPath();
      pen.moveTo(x(at), y(value));
      pen.lineTo(x(at), y(base));
      pen.stroke();
      dot(pen, x(at), y(base), 2.5, colour);
    }
    dot(pen, x(at), y(value), 3, colour);
  }
}

function drawLimits(
  box: Box,
  limits: Limits | undefined,
  y: (value: number) => number,
  holds: (value: number) => boolean,
): void {
  for (const limit of [limits?.low, limits?.high]) {
    if (limit !== null && limit !== undefined && holds(limit)) limitLine(box, y(limit));
  }
}

function limitLine({ pen, width }: Box, y: number): void {
  pen.strokeStyle = "#4a5a70";
  pen.lineWidth = 1;
  pen.setLineDash([3, 4]);
  pen.beginPath();
  pen.moveTo(0, y);
  pen.lineTo(width, y);
  pen.stroke();
  pen.setLineDash([]);
}

function dot(
  pen: CanvasRenderingContext2D,
  x: number,
  y: number,
  radius: number,
  colour: string,
): void {
  pen.fillStyle = colour;
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.fill();
}
