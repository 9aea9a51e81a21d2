// The page: bar above, alarm rail, the rooms, and beside them the panel of the room that is open.
import { useComputed, useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { beds, openBed, site } from "../state";
import { fit, spans } from "../view/layout";
import { Notices } from "./Notices";
import { Panel } from "./Panel";
import { Rail } from "./Rail";
import { Tile } from "./Tile";
import { TopBar } from "./TopBar";

const GAP = 14;

export function App() {
  const open = openBed.value !== null;
  return (
    <div class={site.value && site.value.origin !== "real" ? "page demo-page" : "page"}>
      <TopBar />
      <Notices />
      <div class={open ? "floor with-panel" : "floor"}>
        <Rail />
        <Rooms />
        {open && <Panel key={openBed.value} name={openBed.value} />}
      </div>
    </div>
  );
}

/** Tiles in the order of the configuration, as large as the box allows. */
function Rooms() {
  const box = useRef<HTMLElement>(null);
  const size = useSignal({ width: 1280, height: 720 });
  useLayoutEffect(() => {
    if (!box.current) return;
    const watcher = new ResizeObserver(([entry]) => {
      if (entry) size.value = { width: entry.contentRect.width, height: entry.contentRect.height };
    });
    watcher.observe(box.current);
    return () => watcher.disconnect();
  }, []);
  const count = beds.value.length;
  const grid = useComputed(() => fit(beds.value.length, size.value.width, size.value.height, GAP));
  const { columns, rows, rowHeight } = grid.value;
  const widths = spans(count, columns);
  const height = rowHeight ?? (size.value.height - GAP * (rows - 1)) / rows;
  return (
    <main
      class="rooms"
      ref={box}
      aria-label="Rooms"
      style={{
        gap: `${GAP}px`,
        gridTemplateColumns: `repeat(${columns * (widths[0] ?? 1)}, minmax(0, 1fr))`,
        gridAutoRows: `${height}px`,
      }}
    >
      {count === 0 && <p class="quiet">Waiting for the service…</p>}
      {beds.value.map((bed, index) => (
        <Tile key={bed.peek().bed} bed={bed} lines={linesFor(height)} span={widths[index] ?? 1} />
      ))}
    </main>
  );
}

/** How many alarm lines a tile of this height has room for beside its numbers. */
function linesFor(height: number): number {
  if (height < 210) return 1;
  return height < 330 ? 2 : height < 460 ? 3 : 4;
}
