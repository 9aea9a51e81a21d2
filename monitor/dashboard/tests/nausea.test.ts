import { expect, test } from "vitest";
import { filled, LIMITS, recordWords, signWords, totalWords } from "../src/view/nausea";
import type { NauseaIndex, Sign } from "../src/wire";

function sign(change: Partial<Sign> = {}): Sign {
  return { name: "rate", label: "Heart rate", points: 1, most: 2, text: "HR +9", ...change };
}

function index(change: Partial<NauseaIndex> = {}): NauseaIndex {
  return { total: 2.25, missing: null, enter: 4, signs: [sign()], ...change };
}

test("a bar is filled by its share of the points", () => {
  expect(filled(sign())).toBe(0.5);
  expect(filled(sign({ points: 0 }))).toBe(0);
});

test("a sign that cannot be told has no bar and says why", () => {
  const missing = sign({ points: null, missing: "no beats now", text: "" });
  expect(filled(missing)).toBeNull();
  expect(signWords(missing)).toBe("no beats now");
});

test("an index that cannot be told is unavailable, never 0", () => {
  expect(totalWords(index())).toBe("2.25 points, asks at 4");
  expect(totalWords(index({ total: null, missing: "no heart rate" }))).toBe(
    "unavailable: no heart rate",
  );
});

test("the record tells how many watches were right", () => {
  expect(recordWords(index())).toBe("");
  expect(recordWords(index({ right: 1, wrong: 2 }))).toBe("1 of 3 watches were nausea");
});

test("the limits say that it was never tested and never pages", () => {
  expect(LIMITS.join(" ")).toMatch(/Not tested.*never pages/);
});
