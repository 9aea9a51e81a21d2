// Times, clocks, tasks, layout and what people type.
import { describe, expect, test } from "vitest";
import { problemText } from "../src/api";
import {
  checkCountdown,
  lossWords,
  nextCuff,
  rateSource,
  reasonWords,
  sameInitials,
  stacked,
} from "../src/view/bed";
import { runs } from "../src/view/draw";
import { givenAt, numberOf } from "../src/view/forms";
import { fit, spans } from "../src/view/layout";
import { ageInWords, sinceDose, span } from "../src/view/time";
import { bed, iso, reading, T0 } from "./examples";

test("spans are minutes and seconds, with hours only where there are any", () => {
  expect([span(0), span(7.9), span(750), span(3750), span(-3)]).toEqual([
    "0:00",
    "0:07",
    "12:30",
    "1:02:30",
    "0:00",
  ]);
});

test("the session clock counts minutes past the hour, as staff say it", () => {
  expect(sinceDose(T0, T0 + 118 * 60)).toBe("T+118:00");
});

test("ages are whole minutes", () => {
  expect([ageInWords(59), ageInWords(61), ageInWords(4800)]).toEqual(["now", "1 min", "1 h 20"]);
});

test("the next cuff reading counts down, is due, and is overdue", () => {
  expect(nextCuff(iso(T0 + 90), T0)).toBe("next 1:30");
  expect(nextCuff(iso(T0 - 5), T0)).toBe("due now");
  expect(nextCuff(iso(T0 - 95), T0)).toBe("overdue 1:35");
  expect(nextCuff(null, T0)).toBe("");
});

test("a BP-CHECK says wait, now, and not done", () => {
  const text = "repeat";
  const check = { condition: "BP-SEV", due_from: iso(T0 + 60), due_until: iso(T0 + 120), text };
  expect(checkCountdown(check, T0)).toBe("in 1:00");
  expect(checkCountdown(check, T0 + 70)).toBe("now, 0:50 left");
  expect(checkCountdown(check, T0 + 130)).toBe("not done, 0:10 late");
});

describe("the rate", () => {
  const stale = () => 10;

  test("comes from the strap while it is live, and its label says so", () => {
    const readings = { heart_rate: reading(70), pulse_rate: reading(71) };
    expect(rateSource(readings, T0, stale).label).toBe("HR");
    expect(rateSource(readings, T0 + 60, stale).label).toBe("PR");
  });

  test("comes from the oximeter when the strap lost contact", () => {
    const readings = { heart_rate: reading(null), pulse_rate: reading(71) };
    expect(rateSource(readings, T0, stale).label).toBe("PR");
  });
});

test("a device that must be paired says so, any other loss goes by its usual word", () => {
  const cuff = { device: "c1", kind: "cuff", up: false, since: null, reason: "not_paired" };
  expect(lossWords(cuff, "gone")).toBe("not paired");
  expect(lossWords({ ...cuff, up: true }, "gone")).toBe("gone");
  expect(lossWords({ ...cuff, reason: "not_seen" }, "gone")).toBe("gone");
});

test("a doubtful value tells why", () => {
  expect(reasonWords(reading(null, T0, { reason: "sensor_off" }), T0, 10)).toBe("sensor off");
  expect(reasonWords(reading(97), T0 + 60, 10)).toBe("no data");
  expect(reasonWords(reading(97), T0, 10)).toBe("");
});

test("limits that are not set are left out", () => {
  expect(stacked({ low: 90 })).toEqual(["", "90"]);
  expect(stacked(undefined)).toEqual(["", ""]);
});

test("two patients with the same initials are told of each other", () => {
  const session = (initials: string) => ({
    id: "s",
    protocol: "iv",
    visit: "V-1",
    initials,
    origin: "demo" as const,
    began_at: iso(T0),
  });
  const one = bed({ bed: "B1", label: "Room 1", session: session("A.R.") });
  const two = bed({ bed: "B2", label: "Room 2", session: session("A.R.") });
  const three = bed({ bed: "B3", label: "Room 3", session: session("B.S.") });
  expect(sameInitials(one, [one, two, three])).toEqual(["Room 2"]);
  expect(sameInitials(three, [one, two, three])).toEqual([]);
});

describe("the grid", () => {
  test("fills a large screen with six rooms in three columns", () => {
    expect(fit(6, 1600, 950, 14)).toEqual({ columns: 3, rows: 2, rowHeight: null });
  });

  test("gives one room the whole screen", () => {
    expect(fit(1, 1600, 950, 14)).toEqual({ columns: 1, rows: 1, rowHeight: null });
  });

  test("fits thirty rooms without scrolling on a large screen", () => {
    expect(fit(30, 1600, 950, 14).rowHeight).toBeNull();
  });

  test("lets the tiles of an incomplete last row share it, in the same order", () => {
    expect(spans(3, 2)).toEqual([1, 1, 2]);
    expect(spans(5, 3)).toEqual([2, 2, 2, 3, 3]);
    expect(spans(6, 3)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(new Set(spans(29, 6))).toEqual(new Set([1]));
  });

  test("scrolls rather than making a hundred rooms unreadable", () => {
    expect(fit(100, 1100, 650, 14).rowHeight).toBe(160);
  });
});

test("a trend is broken where nothing was measured", () => {
  const points: [number, number][] = [
    [0, 97],
    [5, 97],
    [300, 96],
  ];
  expect(runs(points).map((run) => run.length)).toEqual([2, 1]);
});

describe("what people type", () => {
  const now = new Date(2026, 10, 23, 0, 10).getTime() / 1000;

  test("as a time of day is the last such time, also across midnight", () => {
    expect(givenAt("23:50", now)).toBe(new Date(2026, 10, 22, 23, 50).toISOString());
    expect(givenAt("00:05", now)).toBe(new Date(2026, 10, 23, 0, 5).toISOString());
  });

  test("as the present minute means now", () => {
    expect(givenAt("00:10", now)).toBeNull();
  });

  test("as a number may have a decimal comma; nothing is not zero", () => {
    const form = new FormData();
    form.set("amount", "37,5");
    expect(numberOf(form, "amount")).toBe(37.5);
    expect(numberOf(form, "other")).toBeNull();
  });
});

test("a refusal is told in the service's own words", () => {
  expect(problemText(409, { detail: "It has risen since." })).toBe("It has risen since.");
  expect(problemText(502, null)).toContain("502");
});
