// The open room, docked beside the grid: its alarms, the next step of the session, entries, trend.
import { type Signal, useComputed } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { measure, pauseAudio } from "../orders";
import { bedNamed, now, openBed } from "../state";
import { byUrgency, isReported } from "../view/alarms";
import { sessionClock, who } from "../view/bed";
import { phaseWords } from "../view/leaving";
import { seconds, span } from "../view/time";
import type { BedView } from "../wire";
import { AlarmLine } from "./AlarmLine";
import { Attend } from "./Attend";
import { Chart } from "./Chart";
import { Entries } from "./Entries";
import { Devices, SessionFacts } from "./Facts";
import { Icon } from "./icons";
import { NauseaIndex } from "./NauseaIndex";
import { Begin, CloseSession, Step } from "./Steps";
import { Tasks } from "./Tasks";
import { Discharge, Standby } from "./WayOut";

type Bed = Signal<BedView>;

export function Panel({ name }: { name: string | null }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const bed = bedNamed(name);
  useEffect(() => {
    // show(), never showModal(): the rest of the page, with its alarms, stays in use
    dialog.current?.show();
  }, []);
  if (!bed) return null;
  const label = bed.peek().label;
  return (
    <dialog
      ref={dialog}
      class="panel"
      aria-label={label}
      onKeyDown={(event) => {
        if (event.key === "Escape") openBed.value = null;
      }}
    >
      <Head bed={bed} />
      <div class="panel-body">
        <PanelAlarms bed={bed} />
        <Tasks bed={bed} />
        <Session bed={bed} />
      </div>
    </dialog>
  );
}

function Head({ bed }: { bed: Bed }) {
  const phase = useComputed(() => phaseWords(bed.value, now.value));
  const clock = useComputed(() => sessionClock(bed.value, now.value));
  const patient = useComputed(() => who(bed.value));
  return (
    <div class="panel-head">
      <div>
        <h2>
          {bed.peek().label} <span>{patient}</span>
        </h2>
        <p>
          {phase} <time>{clock}</time>
        </p>
      </div>
      <button
        type="button"
        class="plain"
        aria-label={`Close the panel of ${bed.peek().label}`}
        onClick={() => {
          openBed.value = null;
        }}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}

function PanelAlarms({ bed }: { bed: Bed }) {
  const alarms = useComputed(() => bed.value.alarms).value;
  if (alarms.length === 0) return null;
  const sorted = [...alarms].sort(byUrgency);
  return (
    <section>
      <h3>Alarms</h3>
      <ul class="alarms">
        {sorted.map((alarm) => (
          <AlarmLine key={alarm.event.occurrence} alarm={alarm} />
        ))}
      </ul>
      {sorted
        .filter(({ event }) => isReported(event))
        .map(({ event }) => (
          <Attend key={event.occurrence} event={event} />
        ))}
      <Pause bed={bed} />
    </section>
  );
}

function Pause({ bed }: { bed: Bed }) {
  const until = useComputed(() => bed.value.pause_until);
  const left = useComputed(() => {
    const delay = until.value ? seconds(until.value) - now.value : 0;
    return delay > 0 ? `paused, ${span(delay)} left` : "sounds now";
  });
  return (
    <fieldset class="field-row" aria-label="Pause the sound">
      <span class="field-name">
        Sound <i>{left}</i>
      </span>
      {([30, 60, 120] as const).map((delay) => (
        <button
          type="button"
          class="plain"
          key={delay}
          aria-label={`Pause ${delay} seconds`}
          onClick={() => pauseAudio(bed.peek(), delay)}
        >
          {delay} s
        </button>
      ))}
    </fieldset>
  );
}

function Session({ bed }: { bed: Bed }) {
  const session = useComputed(() => bed.value.session).value;
  const phase = useComputed(() => bed.value.phase).value;
  if (!session) {
    return (
      <>
        <Begin bed={bed} />
        <Devices bed={bed} />
      </>
    );
  }
  return (
    <>
      <SessionFacts session={session} />
      <Step session={session} phase={phase} />
      <section class="field-row">
        <span class="field-name">Blood pressure</span>
        <button type="button" class="plain" onClick={() => measure(bed.peek())}>
          Measure now
        </button>
      </section>
      <Entries session={session} />
      <NauseaIndex bed={bed} session={session} />
      <Standby bed={bed} session={session} />
      <Discharge session={session} phase={phase} />
      <Chart bed={bed} />
      <Devices bed={bed} />
      <CloseSession session={session} />
    </>
  );
}
