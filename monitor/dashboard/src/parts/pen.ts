// A canvas that is drawn again when its data, its time or its size changes.
import { useSignalEffect } from "@preact/signals";
import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { chartBeat } from "../state";

export interface Pen {
  pen: CanvasRenderingContext2D;
  width: number;
  height: number;
}

/** A ref for a canvas; `draw` gets it cleared, in CSS pixels, whenever it should be drawn. */
export function useDrawing(draw: (pen: Pen) => void): RefObject<HTMLCanvasElement | null> {
  const canvas = useRef<HTMLCanvasElement>(null);
  const again = () => {
    const pen = canvas.current && penFor(canvas.current);
    if (pen) draw(pen);
  };
  useSignalEffect(() => {
    chartBeat.value;
    again();
  });
  useLayoutEffect(() => {
    if (!canvas.current) return;
    const watcher = new ResizeObserver(again);
    watcher.observe(canvas.current);
    return () => watcher.disconnect();
  }, []);
  return canvas;
}

/** Null while the box has no size. */
function penFor(canvas: HTMLCanvasElement): Pen | null {
  const { clientWidth: width, clientHeight: height } = canvas;
  const pen = canvas.getContext("2d");
  if (!pen || width < 8 || height < 8) return null;
  const ratio = window.devicePixelRatio || 1;
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== wide || canvas.height !== high) {
    canvas.width = wide;
    canvas.height = high;
  }
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  return { pen, width, height };
}
