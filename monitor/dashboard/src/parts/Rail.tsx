// Every standing alarm, the most urgent first, and below it what happened lately.
import { useComputed } from "@preact/signals";
import { beds, log, openBed, siteAlarms, told } from "../state";
import { byUrgency, changeWords, mark } from "../view/alarms";
import { seconds, timeOfDay } from "../view/time";
import type { AlarmEvent } from "../wire";
import { AlarmLine } from "./AlarmLine";

const LOG_LINES = 60;

export function Rail() {
  return (
    <aside class="rail" aria-label="Alarms and log">
      <Standing />
      <Log />
    </aside>
  );
}

function Standing() {
  const all = useComputed(() =>
    [...siteAlarms.value, ...beds.value.flatMap((bed) => bed.value.alarms)].sort(byUrgency),
  ).value;
  return (
    <section class="standing">
      <h2>
        Alarms <span>{all.length || ""}</span>
      </h2>
      {all.length === 0 && (
        <p class="quiet">{told.value ? "None. All quiet." : "Not known yet."}</p>
      )}
      <ul>
        {all.map((alarm) => (
          <AlarmLine
            key={alarm.event.occurrence}
            alarm={alarm}
            room={labelOf(alarm.event)}
            onRoom={() => {
              openBed.value = alarm.event.bed;
            }}
          />
        ))}
      </ul>
    </section>
  );
}

function Log() {
  const lines = log.value.slice(-LOG_LINES).reverse();
  return (
    <section class="log">
      <h2>Log</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable */}
      <ol tabIndex={0} aria-label="Log">
        {lines.map((event) => (
          <li key={event.id}>
            <time>{timeOfDay(seconds(event.at))}</time>
            <span>
              <b>{labelOf(event)}</b> <span class={`mark ${event.priority}`}>{mark(event)}</span>{" "}
              {event.text} <i>{changeWords(event)}</i>
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function labelOf(event: AlarmEvent): string {
  if (event.bed === null) return "Site";
  return beds.value.find((bed) => bed.peek().bed === event.bed)?.peek().label ?? event.bed;
}
