// Settling what a person reported: somebody went there, asked how bad it is, or says how it ended.
import { useSignal } from "@preact/signals";
import { attend } from "../orders";
import { asksNausea, attendance, outcomesOf } from "../view/forms";
import type { AlarmEvent } from "../wire";
import { Scale } from "./Scale";

export function Attend({ event }: { event: AlarmEvent }) {
  const antiemetic = useSignal(false);
  const settle = (outcome: string, nrs: number | null) =>
    attend(event, attendance(outcome, nrs, antiemetic.value));
  return (
    <div class="attend">
      <p>
        <b>{event.text}</b>: somebody has been there.
      </p>
      <div class="field-row">
        {asksNausea(event) && (
          <button
            type="button"
            class="plain"
            aria-pressed={antiemetic.value}
            onClick={() => {
              antiemetic.value = !antiemetic.value;
            }}
          >
            {antiemetic.value ? "✓ Antiemetic given" : "Antiemetic given?"}
          </button>
        )}
        {outcomesOf(event).map((outcome) => (
          <button
            type="button"
            class="plain"
            key={outcome}
            onClick={() => settle(outcome, null)}
          >
            {outcome.charAt(0).toUpperCase() + outcome.slice(1)}
          </button>
        ))}
      </div>
      {asksNausea(event) && (
        <Scale
          name="Attended, nausea now"
          from={0}
          to={10}
          choose={(value) => settle("attended", value)}
        />
      )}
    </div>
  );
}
