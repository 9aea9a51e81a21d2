// What people typed or touched, as the service wants it.
import type { AlarmEvent } from "../wire";

/** What ends a reported condition; the rating and the antiemetic belong to nausea. */
export interface Attendance {
  outcome: string;
  nrs?: number;
  antiemetic?: boolean;
}

/** The one-touch answers to a reported condition; a rating, where it is asked, is one more row. */
export function outcomesOf(event: AlarmEvent): string[] {
  if (event.condition === "RED-FLAG") {
    return ["over", "physician took over", "transferred", "entered by mistake"];
  }
  return ["attended"];
}

/** Whether attending asks how sick the patient is: of nausea, and of a patient who calls. */
export function asksNausea(event: AlarmEvent): boolean {
  return event.condition.startsWith("NAU") || event.condition === "CALL";
}

/** What was found and given, leaving out what was not asked. */
export function attendance(
  outcome: string,
  nrs: number | null,
  antiemetic: boolean,
): Attendance {
  return { outcome, ...(nrs !== null && { nrs }), ...(antiemetic && { antiemetic }) };
}

/** The trimmed text of a field; "" when it is absent. */
export function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value.trim() : "";
}

/** The number in a field; null when it is empty or none. */
export function numberOf(form: FormData, name: string): number | null {
  const text = textOf(form, name).replace(",", ".");
  const value = Number(text);
  return text === "" || !Number.isFinite(value) ? null : value;
}

/**
 * The instant of a time of day "09:30", as ISO text: the latest such time that is not after `now`.
 * The present minute means now, so null: the service dates it itself.
 */
export function givenAt(timeOfDay: string, now: number): string | null {
  const [hours, minutes] = timeOfDay.split(":").map(Number);
  if (hours === undefined || minutes === undefined || Number.isNaN(hours + minutes)) return null;
  const date = new Date(now * 1000);
  date.setHours(hours, minutes, 0, 0);
  if (date.getTime() > now * 1000) date.setDate(date.getDate() - 1);
  return now * 1000 - date.getTime() < 60_000 ? null : date.toISOString();
}
