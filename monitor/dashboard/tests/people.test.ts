// What staff answer to a reported alarm, and what they are asked to do next.
import { expect, test } from "vitest";
import { asksNausea, attendance, outcomesOf } from "../src/view/forms";
import { byDue, dueWords } from "../src/view/tasks";
import { event, iso, T0 } from "./examples";

const task = (due: number | null, text = "ask") => ({
  kind: "nausea_recheck",
  text,
  opened_at: iso(T0),
  due_at: due === null ? null : iso(T0 + due),
});

test("nausea and a call are attended by one touch, with a rating or without", () => {
  for (const condition of ["NAU-MOD", "NAU-SEV", "CALL"]) {
    expect(outcomesOf(event({ condition }))).toEqual(["attended"]);
    expect(asksNausea(event({ condition }))).toBe(true);
  }
});

test("a red flag ends by how it ended, and asks for no rating", () => {
  const flag = event({ condition: "RED-FLAG" });
  expect(outcomesOf(flag)).toContain("physician took over");
  expect(asksNausea(flag)).toBe(false);
});

test("what was not asked is left out, never sent as 0", () => {
  expect(attendance("attended", null, false)).toEqual({ outcome: "attended" });
  expect(attendance("attended", 0, true)).toEqual({
    outcome: "attended",
    nrs: 0,
    antiemetic: true,
  });
});

test("a task counts down, is wanted now, and is overdue", () => {
  expect(dueWords(task(900), T0)).toBe("in 15 min");
  expect(dueWords(task(900), T0 + 880)).toBe("now");
  expect(dueWords(task(900), T0 + 1080)).toBe("overdue 3 min");
  expect(dueWords(task(null), T0)).toBe("now");
});

test("what is due first stands first", () => {
  const order = [task(1800, "b"), task(900, "a")].sort(byDue);
  expect(order.map(({ text }) => text)).toEqual(["a", "b"]);
});
