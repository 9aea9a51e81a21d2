// Settling what a person reported: somebody went there, and asked how bad the nausea is now.
import { attend } from "../orders";
import type { AlarmEvent } from "../wire";
import { Scale } from "./Scale";

export function Attend({ event }: { event: AlarmEvent }) {
  const nausea = event.condition.startsWith("NAU");
  return (
    <div class="attend">
      <p>
        <b>{event.text}</b>: somebody has been there.
      </p>
      {nausea ? (
        <Scale
          name="Attended, nausea now"
          from={0}
          to={10}
          choose={(value) => attend(event, value)}
        />
      ) : (
        <button type="button" class="plain" onClick={() => attend(event, null)}>
          Attended
        </button>
      )}
    </div>
  );
}
