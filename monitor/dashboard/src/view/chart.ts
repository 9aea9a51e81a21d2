// The trend chart of one room: lanes above each other, one time axis, the dose and the alarms.
import type { Limits, Priority, TrendPoint } from "../wire";
import { type Box, drawPressures, drawTrend } from "./draw";
import { timeOfDay } from "./time";

/** One lane: its own unit and scale. With `lower` it holds cuff readings. */
export interface Lane {
  name: string;
  colour: string;
  scale: [low: number, high: number];
  points: TrendPoint[];
  lower?: TrendPoint[];
  limits: Limits | undefined;
}

/** What happened, drawn over all lanes. */
export interface Marks {
  doseAt: number | null;
  alarms: { at: number; priority: Priority }[];
}

type Frame = Omit<Box, "scale">;

const LEFT = 34;
const BOTTOM = 18;
const LANE_GAP = 10;
const TICK_S = 300;
const INK = "#9fb0c4";
const LINE = "#263041";
const GROUND = "#121924";
const COLOURS: Record<Priority, string> = { high: "#ff5061", medium: "#ffd42e", low: "#3fdde6" };

export function drawChart(frame: Frame, lanes: Lane[], marks: Marks): void {
  const { pen, height } = frame;
  const laneHeight = (height - BOTTOM - LANE_GAP * (lanes.length - 1)) / lanes.length;
  pen.font = "11px Inter, system-ui, sans-serif";
  drawTimes(frame);
  lanes.forEach((lane, index) => {
    drawLane(frame, lane, index * (laneHeight + LANE_GAP), laneHeight);
  });
  drawMarks(frame, marks);
}

function drawLane(frame: Frame, lane: Lane, top: number, height: number): void {
  const { pen, width } = frame;
  pen.save();
  pen.translate(LEFT, top);
  pen.strokeStyle = LINE;
  pen.strokeRect(0.5, 0.5, width - LEFT - 1, height - 1);
  const box: Box = { ...frame, width: width - LEFT, height, scale: lane.scale };
  if (lane.lower) drawPressures(box, lane.points, lane.lower, lane.colour, lane.limits);
  else drawTrend(box, lane.points, lane.colour, lane.limits);
  pen.strokeStyle = GROUND;
  pen.lineWidth = 4;
  pen.strokeText(lane.name, 6, 14);
  pen.fillStyle = lane.colour;
  pen.fillText(lane.name, 6, 14);
  pen.fillStyle = INK;
  pen.textAlign = "right";
  pen.fillText(String(lane.scale[1]), -5, 10);
  pen.fillText(String(lane.scale[0]), -5, height - 2);
  pen.restore();
}

function drawTimes(frame: Frame): void {
  const { pen, height, from, to } = frame;
  pen.textAlign = "center";
  for (let at = Math.ceil(from / TICK_S) * TICK_S; at <= to; at += TICK_S) {
    const x = xOf(frame, at);
    pen.strokeStyle = LINE;
    stroke(pen, x, 0, height - BOTTOM);
    pen.fillStyle = INK;
    if (at % (2 * TICK_S) === 0) pen.fillText(timeOfDay(at), x, height - 4);
  }
  pen.textAlign = "left";
}

function drawMarks(frame: Frame, { doseAt, alarms }: Marks): void {
  const { pen, height, from } = frame;
  for (const { at, priority } of alarms) {
    if (at < from) continue;
    pen.fillStyle = COLOURS[priority];
    pen.fillRect(xOf(frame, at) - 1.5, height - BOTTOM - 6, 3, 6);
  }
  if (doseAt === null || doseAt < from) return;
  pen.strokeStyle = "#eef3fa";
  pen.lineWidth = 1.5;
  stroke(pen, xOf(frame, doseAt), 0, height - BOTTOM);
  pen.fillStyle = "#eef3fa";
  pen.fillText("dose", xOf(frame, doseAt) + 4, height - BOTTOM - 8);
}

function xOf({ from, to, width }: Frame, at: number): number {
  return LEFT + ((at - from) / (to - from)) * (width - LEFT - 4);
}

function stroke(pen: CanvasRenderingContext2D, x: number, top: number, bottom: number): void {
  pen.lineWidth = 1;
  pen.beginPath();
  pen.moveTo(x, top);
  pen.lineTo(x, bottom);
  pen.stroke();
}
