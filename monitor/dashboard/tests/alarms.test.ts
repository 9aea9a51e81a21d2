// Marks, order, frames and words of alarms.
import { describe, expect, test } from "vitest";
import { byUrgency, frameOf, mark, sounds, stateWords, worstWords } from "../src/view/alarms";
import { alarm, event, iso, T0 } from "./examples";

test("patient alarms carry asterisks and technical ones exclamation marks, by priority", () => {
  expect(mark(event({ priority: "high" }))).toBe("***");
  expect(mark(event({ priority: "low", kind: "technical" }))).toBe("!");
});

test("the most urgent line stands first, and among equals the one that still calls", () => {
  const answered = alarm({ priority: "high", signal: "acknowledged", condition: "A" });
  const technical = alarm({ priority: "high", kind: "technical", condition: "B" });
  const patient = alarm({ priority: "high", condition: "C" });
  const low = alarm({ priority: "low", condition: "D" });
  const newer = alarm({ priority: "high", condition: "E", at: iso(T0 + 5) });
  const order = [low, answered, technical, patient, newer].sort(byUrgency);
  expect(order.map(({ event }) => event.condition)).toEqual(["E", "C", "B", "A", "D"]);
});

describe("the frame of a tile", () => {
  test("keeps the colour of an acknowledged alarm and stops flashing", () => {
    const frame = frameOf([alarm({ priority: "high", signal: "acknowledged" })]);
    expect(frame).toEqual({ priority: "high", calling: false });
  });

  test("flashes for a latched alarm: nobody has seen it yet", () => {
    expect(frameOf([alarm({ signal: "latched", presence: "absent" })]).calling).toBe(true);
  });

  test("is plain without alarms", () => {
    expect(frameOf([])).toEqual({ priority: null, calling: false });
  });
});

test("a pause silences an alarm only until its end", () => {
  const paused = alarm({}, { paused_until: iso(T0 + 60) });
  expect(sounds(paused, T0 + 59)).toBe(false);
  expect(sounds(paused, T0 + 60)).toBe(true);
  expect(sounds(alarm({}, { audible: false }), T0)).toBe(false);
});

test("a line says who acknowledged it, what covers it, and that its source is lost", () => {
  expect(stateWords(alarm({ signal: "acknowledged", by: "Kim" }))).toBe("acknowledged, Kim");
  expect(stateWords(alarm({ covered_by: "T-NET" }))).toBe("covered by T-NET");
  expect(stateWords(alarm({ presence: "unknown" }))).toBe("source lost");
  expect(stateWords(alarm())).toBeNull();
});

test("the worst value is told where it differs from the present one", () => {
  expect(worstWords(alarm({ value: 88 }, { worst: 84 }))).toBe("worst 84");
  expect(worstWords(alarm({ value: 88 }, { worst: 88 }))).toBeNull();
});
