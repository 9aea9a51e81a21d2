// What is heard, and when.
import { describe, expect, test } from "vitest";
import { decide, decideNotLive, type Hearing, ownSound } from "../src/sound/annunciator";
import { burst, burstLength, EVERY_S } from "../src/sound/pattern";
import { alarm, iso, T0 } from "./examples";

const high = alarm({ priority: "high", condition: "O2-CRIT" });
const medium = alarm({ priority: "medium", condition: "HR-HI" });
const low = alarm({ priority: "low", condition: "O2-WATCH" });

function heard(...standing: ReturnType<typeof alarm>[]): Hearing {
  const { hearing } = decide(null, standing, 0, T0);
  if (!hearing) throw new Error("nothing was heard");
  return hearing;
}

describe("the bursts", () => {
  test("have ten, three and two pulses", () => {
    expect(burst("high")).toHaveLength(10);
    expect(burst("medium")).toHaveLength(3);
    expect(burst("low")).toHaveLength(2);
  });

  test("of HIGH are 3 + 2, twice, with the gaps of the table", () => {
    const gaps = burst("high").map(({ start }, n, all) =>
      Math.round((start - (n ? endOf(all[n - 1]) : 0)) * 1000),
    );
    expect(gaps).toEqual([0, 100, 100, 350, 100, 600, 100, 100, 350, 100]);
  });

  test("end before they repeat, and their harmonics stay within what is heard well", () => {
    for (const sound of ["high", "medium", "low", "notLive"] as const) {
      expect(burstLength(burst(sound))).toBeLessThan(EVERY_S[sound]);
      for (const { pitch } of burst(sound)) {
        expect(pitch).toBeGreaterThanOrEqual(150);
        expect(pitch).toBeLessThanOrEqual(1000);
        expect(pitch * 5).toBeLessThanOrEqual(4000);
      }
    }
  });
});

describe("the annunciator", () => {
  test("sounds only the most urgent alarm", () => {
    expect(decide(null, [low, high, medium], 0, T0).play).toBe("high");
  });

  test("is silent when everything is acknowledged or paused", () => {
    const paused = alarm({ priority: "high" }, { paused_until: iso(T0 + 60) });
    const answered = alarm({ signal: "acknowledged" }, { audible: false });
    expect(decide(null, [paused, answered], 0, T0).play).toBeNull();
  });

  test("repeats after the interval and not before", () => {
    const hearing = heard(high);
    expect(decide(hearing, [high], EVERY_S.high - 0.1, T0).play).toBeNull();
    expect(decide(hearing, [high], EVERY_S.high, T0).play).toBe("high");
  });

  test("lets a burst complete when its alarm ends", () => {
    const decision = decide(heard(high), [], 0.5, T0);
    expect(decision).toMatchObject({ cut: false, play: null });
  });

  test("cuts a burst when its alarm is acknowledged", () => {
    const answered = { ...high, audible: false };
    expect(decide(heard(high), [answered], 0.5, T0).cut).toBe(true);
  });

  test("is overtaken by something more urgent at once", () => {
    expect(decide(heard(medium), [medium, high], 0.3, T0)).toMatchObject({
      cut: true,
      play: "high",
    });
  });

  test("announces a second alarm of the same priority after the burst, not after the interval", () => {
    const second = alarm({ priority: "high", condition: "BP-CRIT", at: iso(T0 + 1) });
    const hearing = heard(high);
    expect(decide(hearing, [high, second], 1, T0).play).toBeNull();
    const after = burstLength(burst("high")) + 0.01;
    expect(decide(hearing, [high, second], after, T0).play).toBe("high");
  });

  test("announces an alarm again that has risen", () => {
    const hearing = heard(alarm({ priority: "low" }));
    expect(decide(hearing, [alarm({ priority: "medium" })], 2, T0).play).toBe("medium");
  });

  test("sounds one burst for a reminder of an acknowledged alarm, and one for the next", () => {
    const answered = { signal: "acknowledged", priority: "high", reminder: true } as const;
    const first = alarm({ ...answered, id: "B1:O2-CRIT:1:3" }, { audible: false });
    const { hearing, play } = decide(null, [first], 0, T0);
    expect(play).toBe("high");
    expect(decide(hearing, [first], 0.5, T0).cut).toBe(false);
    expect(decide(hearing, [first], EVERY_S.high, T0).play).toBeNull();
    const second = alarm({ ...answered, id: "B1:O2-CRIT:1:4" }, { audible: false });
    expect(decide(hearing, [second], 120, T0).play).toBe("high");
  });

  test("lets an alarm that calls go before a reminder", () => {
    const change = { signal: "acknowledged", priority: "medium", reminder: true } as const;
    const reminder = alarm(change, { audible: false });
    const { hearing, play } = decide(null, [reminder, high], 0, T0);
    expect(play).toBe("high");
    expect(decide(hearing, [reminder], EVERY_S.high, T0).play).toBe("medium");
  });

  test("lets the test tone finish before an alarm", () => {
    const test = ownSound("test", null, 0);
    expect(decide(test, [high], 0.2, T0).play).toBeNull();
    expect(decide(test, [high], 0.7, T0).play).toBe("high");
  });

  test("has a sound of its own while the service is silent, and alarms sound at once after it", () => {
    const { hearing, play } = decideNotLive(heard(high), 12);
    expect(play).toBe("notLive");
    expect(decideNotLive(hearing, 13).play).toBeNull();
    expect(decide(hearing, [high], 16, T0).play).toBe("high");
  });
});

function endOf(pulse: { start: number; length: number } | undefined): number {
  return pulse ? pulse.start + pulse.length : 0;
}
