// How messages change what the page knows.
import { describe, expect, test } from "vitest";
import { extendLog, follows, mergeBed, passing } from "../src/feed/merge";
import { backoff } from "../src/feed/socket";
import { extend, TREND_S, type Trends } from "../src/feed/trend";
import { alarm, bed, event, iso, reading, T0 } from "./examples";

describe("a frame", () => {
  test("merges readings by metric and replaces every other key", () => {
    const before = bed({ readings: { spo2: reading(97), heart_rate: reading(70) } });
    const after = mergeBed(before, { readings: { spo2: reading(96) }, alarms: [alarm()] });
    expect(after.readings.spo2?.value).toBe(96);
    expect(after.readings.heart_rate?.value).toBe(70);
    expect(after.alarms).toHaveLength(1);
    expect(before.readings.spo2?.value).toBe(97);
  });

  test("keeps the identity of what did not change, so nothing is drawn again", () => {
    const before = bed({ alarms: [alarm()] });
    expect(mergeBed(before, { phase: "READY" }).alarms).toBe(before.alarms);
    expect(mergeBed(before, {}).readings).toBe(before.readings);
  });

  test("follows only the message it was built on", () => {
    const frame = { kind: "frame", seq: 9, since: 7, at: iso(T0), beds: {}, events: [] } as const;
    expect(follows(7, { ...frame, events: [] })).toBe(true);
    expect(follows(8, { ...frame, events: [] })).toBe(false);
  });
});

test("an alarm that began and ended within one frame is still heard once", () => {
  const start = event({ occurrence: "B1:O2-NET:1" });
  const end = event({ occurrence: "B1:O2-NET:1", change: "end", signal: "off" });
  const answered = event({ occurrence: "B1:SED:1", signal: "acknowledged" });
  const standing = alarm();
  const heard = passing([start, end, answered, standing.event], [standing]);
  expect(heard.map(({ event }) => event.occurrence)).toEqual(["B1:O2-NET:1"]);
});

test("the log keeps the newest events in order", () => {
  const many = Array.from({ length: 250 }, (_, n) => event({ id: String(n) }));
  const log = extendLog([event({ id: "first" })], many);
  expect(log).toHaveLength(200);
  expect(log.at(-1)?.id).toBe("249");
});

describe("a trend", () => {
  test("takes live values, thinned, and neither stored nor unusable ones", () => {
    const trends: Trends = new Map();
    extend(trends, "spo2", reading(97, T0));
    extend(trends, "spo2", reading(96, T0 + 1));
    extend(trends, "spo2", reading(95, T0 + 2));
    extend(trends, "spo2", reading(50, T0 + 9, { history: true }));
    extend(trends, "spo2", reading(null, T0 + 10));
    expect(trends.get("spo2")).toEqual([
      [T0, 97],
      [T0 + 2, 95],
    ]);
  });

  test("forgets what is older than it shows", () => {
    const trends: Trends = new Map();
    for (let at = 0; at < 2 * TREND_S; at += 5) extend(trends, "spo2", reading(97, T0 + at));
    expect(trends.get("spo2")?.length).toBeLessThan(TREND_S / 5 + 100);
  });
});

test("waiting to reconnect doubles up to a limit, and is never quite the same", () => {
  expect(backoff(0, () => 1)).toBe(400);
  expect(backoff(2, () => 1)).toBe(1600);
  expect(backoff(20, () => 1)).toBe(5000);
  expect(backoff(20, () => 0)).toBe(2500);
});
