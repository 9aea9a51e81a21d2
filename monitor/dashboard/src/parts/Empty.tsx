// A room without a session: which devices are ready, and the way to begin.
import { type Signal, useComputed } from "@preact/signals";
import { openBed } from "../state";
import { lossWords } from "../view/bed";
import type { BedView } from "../wire";
import { Icon } from "./icons";

export function Empty({ bed }: { bed: Signal<BedView> }) {
  const phase = useComputed(() => bed.value.phase).value;
  const devices = useComputed(() => bed.value.devices).value;
  const notReady = useComputed(() => bed.value.not_ready).value;
  const note = useComputed(() => bed.value.note).value;
  return (
    <div class="empty">
      <p class="empty-word">{phase === "EMPTY" ? "No session" : `${phase}, no session`}</p>
      {note && <p>SpO2 is measured here: {note}</p>}
      <ul class="ready">
        {devices.map((device) => {
          const ready = device.up === true && !notReady.includes(device.device);
          return (
            <li key={device.device} class={ready ? "is-ready" : ""}>
              {ready && <Icon name="check" />}
              {device.kind || device.device}
              {!ready && ` ${lossWords(device, "not ready")}`}
            </li>
          );
        })}
      </ul>
      <button
        type="button"
        class="plain"
        onClick={() => {
          openBed.value = bed.peek().bed;
        }}
      >
        <Icon name="plus" /> Begin session
      </button>
    </div>
  );
}
