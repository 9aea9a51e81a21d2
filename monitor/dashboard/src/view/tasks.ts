// What staff are asked to do, and when.
import type { Task } from "../wire";
import { ageInWords, seconds } from "./time";

/** Most urgent first; what has no time is wanted now. */
export function byDue(a: Task, b: Task): number {
  return dueAt(a) - dueAt(b);
}

/** "in 12 min", "now", or for how long it has been overdue. */
export function dueWords(task: Task, now: number): string {
  const left = dueAt(task) - now;
  if (left >= 60) return `in ${ageInWords(left)}`;
  if (left > -60) return "now";
  return `overdue ${ageInWords(-left)}`;
}

function dueAt(task: Task): number {
  return seconds(task.due_at ?? task.opened_at);
}
