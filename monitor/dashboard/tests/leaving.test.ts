// Standby and the discharge criteria, as staff read them.
import { expect, test } from "vitest";
import { lineMark, lineWords, phaseWords, standbyWords } from "../src/view/leaving";
import type { DischargeLine } from "../src/wire";
import { bed, iso, T0 } from "./examples";

const LINE: DischargeLine = { id: "spo2", text: "SpO2 good", state: "not_met", because: "SpO2 93 < 94" };

test("standby says why, with whom, how long, and how long at most", () => {
  const standby = {
    reason: "toilet",
    escort: "KM",
    by: "Ana",
    since: iso(T0),
    until: iso(T0 + 600),
  };
  expect(standbyWords(standby, T0 + 192)).toBe("STANDBY toilet, with KM 3:12/10:00");
  expect(phaseWords(bed({ standby }), T0)).toBe("STANDBY toilet, with KM 0:00/10:00");
  expect(phaseWords(bed(), T0)).toBe("PEAK");
});

test("a line says why it is not met, since when, and when it will be", () => {
  expect(lineWords({ ...LINE, since: iso(T0 - 250) }, T0)).toBe("SpO2 93 < 94, since 4:10");
  expect(lineWords({ ...LINE, due_at: iso(T0 + 61) }, T0)).toBe("SpO2 93 < 94, met in 1:01");
  expect(lineWords({ ...LINE, because: "once", again_at: iso(T0 + 692) }, T0)).toBe(
    "once, again in 11:32",
  );
  expect(lineWords({ ...LINE, state: "met" }, T0)).toBe("");
});

test("a line is met, not met, unknown, or taken over by name", () => {
  expect(lineMark(LINE)).toBe("not met");
  expect(lineMark({ ...LINE, state: "unknown" })).toBe("unknown");
  expect(lineMark({ ...LINE, overridden_by: "Dr A" })).toBe("by Dr A");
  expect(lineMark({ ...LINE, state: "met" })).toBe("met");
});
