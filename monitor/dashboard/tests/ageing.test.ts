// When a value is a number and when it is dashes.
import { describe, expect, test } from "vitest";
import { cuffAge, cuffInterval, DASHES, liveValue, shown } from "../src/view/ageing";
import { iso, reading, T0 } from "./examples";

describe("a streamed value", () => {
  test("is a number until it is stale, and dashes from then on", () => {
    expect(liveValue(reading(97), T0 + 9.9, 10)).toBe(97);
    expect(liveValue(reading(97), T0 + 10, 10)).toBeNull();
    expect(liveValue(reading(97, T0, { at: "no instant" }), T0, 10)).toBeNull();
  });

  test("is dashes when the device calls it unusable, whatever number came along", () => {
    for (const validity of ["unavailable", "invalid"] as const) {
      expect(liveValue(reading(97, T0, { validity }), T0, 10)).toBeNull();
    }
  });

  test("stays a number while it is only questionable", () => {
    expect(liveValue(reading(82, T0, { validity: "questionable" }), T0, 10)).toBe(82);
  });

  test("is never taken from stored data", () => {
    expect(liveValue(reading(97, T0, { history: true }), T0, 10)).toBeNull();
  });

  test("is dashes where the metric was never seen", () => {
    expect(shown(liveValue(undefined, T0, 10))).toBe(DASHES);
  });

  test("prints zero as a number: missing is not zero", () => {
    expect(shown(0)).toBe("0");
    expect(shown(null)).toBe(DASHES);
    expect(shown(Number.NaN)).toBe(DASHES);
  });
});

describe("a cuff reading", () => {
  test("is fresh to 1.5 intervals, old to 30 minutes, gone after", () => {
    expect(cuffAge(T0, T0 + 900, 600)).toBe("fresh");
    expect(cuffAge(T0, T0 + 901, 600)).toBe("old");
    expect(cuffAge(T0, T0 + 1800, 600)).toBe("old");
    expect(cuffAge(T0, T0 + 1801, 600)).toBe("gone");
  });

  test("takes its interval from the schedule, and a usual one where there is none", () => {
    expect(cuffInterval(T0, iso(T0 + 300))).toBe(300);
    expect(cuffInterval(T0, null)).toBe(600);
    expect(cuffInterval(T0, iso(T0 - 5))).toBe(600);
  });
});
