// How instants and spans are written. Seconds everywhere; instants are epoch seconds.

/** Epoch seconds of an ISO 8601 text; NaN when it is none. */
export function seconds(iso: string): number {
  return Date.parse(iso) / 1000;
}

/** Wall time of day, 24 hours: "09:30:05", or "09:30" without seconds. */
export function timeOfDay(at: number, withSeconds = false): string {
  if (!Number.isFinite(at)) return "–";
  const date = new Date(at * 1000);
  const parts = [date.getHours(), date.getMinutes()];
  if (withSeconds) parts.push(date.getSeconds());
  return parts.map(two).join(":");
}

/** A running span: "0:07", "12:30", "1:02:30". Negative spans count as zero. */
export function span(delay: number): string {
  const whole = Math.max(0, Math.floor(delay));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const rest = two(whole % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/** Whole minutes in words for an age: "now" under a minute, "4 min", "1 h 20". */
export function ageInWords(delay: number): string {
  const minutes = Math.floor(Math.max(0, delay) / 60);
  if (minutes < 1) return "now";
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)}`;
}

/** The session clock in minutes and seconds, as staff say it: "T+50:06", "T+118:00". */
export function sinceDose(doseAt: number, now: number): string {
  const whole = Math.max(0, Math.floor(now - doseAt));
  return `T+${Math.floor(whole / 60)}:${two(whole % 60)}`;
}

function two(n: number): string {
  return String(n).padStart(2, "0");
}
