// How many columns of tiles fill the screen best. Tiles are never re-ordered.

/** The tile's best width : height, and the least that can still be read. */
const BEST_RATIO = 1.45;
const LEAST_HEIGHT = 160;
const LEAST_WIDTH = 172;

/** Up to so many rooms, tiles of the last row grow to fill it. */
const FEW = 12;

export interface Grid {
  columns: number;
  rows: number;
  /** Height of a row in pixels; null lets the rows share the height. */
  rowHeight: number | null;
}

/** The columns and rows for `count` tiles in a box; it scrolls only when tiles would be unreadable. */
export function fit(count: number, width: number, height: number, gap: number): Grid {
  let best: Grid = { columns: 1, rows: Math.max(1, count), rowHeight: LEAST_HEIGHT };
  let bestScore = Number.NEGATIVE_INFINITY;
  for (let columns = 1; columns <= Math.max(1, count); columns++) {
    const rows = Math.ceil(count / columns);
    const tileWidth = (width - gap * (columns - 1)) / columns;
    if (tileWidth < LEAST_WIDTH && columns > 1) break;
    const tileHeight = (height - gap * (rows - 1)) / rows;
    const score = usable(tileWidth, Math.max(tileHeight, LEAST_HEIGHT), tileHeight);
    if (score > bestScore) {
      bestScore = score;
      best = { columns, rows, rowHeight: tileHeight < LEAST_HEIGHT ? LEAST_HEIGHT : null };
    }
  }
  return best;
}

/**
 * The width of each tile in fine columns; `columns` times the first of them make the grid. Where
 * few rooms leave the last row incomplete, its tiles share the row.
 */
export function spans(count: number, columns: number): number[] {
  const rest = count > FEW ? 0 : count % columns;
  return Array.from({ length: count }, (_, index) => {
    if (rest === 0) return 1;
    return index < count - rest ? rest : columns;
  });
}

/** The larger the tile's inscribed box of the best ratio the better; scrolling costs much. */
function usable(width: number, height: number, offered: number): number {
  const inscribed = Math.min(width, height * BEST_RATIO);
  return offered < LEAST_HEIGHT ? inscribed - 10_000 + offered : inscribed;
}
