// Inline icons: one path each, drawn in the colour of the text beside them.
import type { Priority } from "../wire";

const PATHS = {
  high: "M7.6 2h8.8L22 7.6v8.8L16.4 22H7.6L2 16.4V7.6zM8.2 6.5v7h2v-7zm5.6 0v7h2v-7zm-5.6 8.7v2.3h2v-2.3zm5.6 0v2.3h2v-2.3z",
  medium: "M12 2.2 23 21.5H1zM11 9v6.4h2V9zm0 7.9v2.1h2v-2.1z",
  low: "M12 2a10 10 0 1 1 0 20 10 10 0 0 1 0-20zm-1 4.6v2.3h2V6.6zm0 4.1v6.9h2v-6.9z",
  check: "m9.5 18.6-6-6 1.8-1.8 4.2 4.2 9.2-9.2 1.8 1.8z",
  close:
    "m5.6 4.2 6.4 6.4 6.4-6.4 1.4 1.4-6.4 6.4 6.4 6.4-1.4 1.4-6.4-6.4-6.4 6.4-1.4-1.4 6.4-6.4-6.4-6.4z",
  soundOn:
    "M3 9v6h4l5 5V4L7 9zm11.5-1.2v8.4a4.7 4.7 0 0 0 0-8.4zm0-4.3v2a6.8 6.8 0 0 1 0 13v2a8.8 8.8 0 0 0 0-17z",
  soundOff:
    "M3 9v6h4l5 5V4L7 9zm12.3-.7-1.4 1.4 2.3 2.3-2.3 2.3 1.4 1.4 2.3-2.3 2.3 2.3 1.4-1.4-2.3-2.3 2.3-2.3-1.4-1.4-2.3 2.3z",
  clock:
    "M12 2a10 10 0 1 1 0 20 10 10 0 0 1 0-20zm0 2.2a7.8 7.8 0 1 0 0 15.6 7.8 7.8 0 0 0 0-15.6zm-1 2.3h2v5l3.6 2.2-1 1.7L11 12.7z",
  task: "M9 2h6v2h4v18H5V4h4zm-2 4v14h10V6h-2v2H9V6zm3.9 11.6-3-3 1.4-1.4 1.6 1.6 3.8-3.8 1.4 1.4z",
  screen: "M2 4h20v13h-8v2h3v2H7v-2h3v-2H2zm2 2v9h16V6z",
  plus: "M11 4h2v7h7v2h-7v7h-2v-7H4v-2h7z",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path fill="currentColor" fill-rule="evenodd" d={PATHS[name]} />
    </svg>
  );
}

/** Octagon, triangle, circle: priority told by shape as well as by colour. */
export function PriorityIcon({ priority }: { priority: Priority }) {
  return <Icon name={priority} />;
}
