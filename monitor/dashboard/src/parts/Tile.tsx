// One room. It never moves; its frame tells the worst alarm, the outer ring flashes while it calls.
import { type Signal, useComputed } from "@preact/signals";
import { pauseAudio } from "../orders";
import { beds, now, openBed, site } from "../state";
import { byUrgency, frameOf, sounds } from "../view/alarms";
import { sameInitials, sessionClock } from "../view/bed";
import { phaseWords } from "../view/leaving";
import { seconds, span } from "../view/time";
import type { BedView } from "../wire";
import { AlarmLine } from "./AlarmLine";
import { Empty } from "./Empty";
import { Footer } from "./Footer";
import { Icon } from "./icons";
import { Vitals } from "./Vitals";

type Bed = Signal<BedView>;

interface TileProps {
  bed: Bed;
  /** How many alarm lines have room. */
  lines: number;
  /** Its width in columns of the grid. */
  span: number;
}

export function Tile({ bed, lines, span: columns }: TileProps) {
  const { bed: name, label } = bed.peek();
  const alarms = useComputed(() => bed.value.alarms).value;
  const state = useComputed(() => bed.value.state).value;
  const phase = useComputed(() => bed.value.phase).value;
  const free = useComputed(() => bed.value.session === null).value;
  const lost = state !== "ok";
  const frame = lost ? { priority: "high", calling: true } : frameOf(alarms);
  const demo = site.value?.origin !== "real";
  const classes = ["tile", frame.priority ?? "", frame.calling ? "calling" : ""];
  if (demo) classes.push("demo");
  if (free) classes.push("free");
  if (openBed.value === name) classes.push("chosen");
  return (
    <section
      class={classes.join(" ")}
      style={{ gridColumn: `span ${columns}` }}
      aria-label={label}
      data-bed={name}
      data-phase={phase}
    >
      <div class="tile-body">
        <Head bed={bed} />
        {lost && <EngineLost />}
        <Alarms bed={bed} lines={lines} />
        {free ? (
          <Empty bed={bed} />
        ) : (
          <>
            <Vitals bed={bed} />
            <Footer bed={bed} />
          </>
        )}
      </div>
    </section>
  );
}

function Head({ bed }: { bed: Bed }) {
  const { bed: name, label } = bed.peek();
  const session = useComputed(() => bed.value.session).value;
  const phase = useComputed(() => phaseWords(bed.value, now.value)).value;
  const clock = useComputed(() => sessionClock(bed.value, now.value));
  const doubles = useComputed(() => twins(bed)).value;
  return (
    <header class="tile-head">
      <button
        type="button"
        class="room"
        aria-expanded={openBed.value === name}
        onClick={() => {
          openBed.value = openBed.value === name ? null : name;
        }}
      >
        {label}
      </button>
      {session && (
        <span class="who">
          <b>{session.visit}</b> {session.initials}
          {doubles && <em title={`Same initials as ${doubles}`}>also {doubles}</em>}
        </span>
      )}
      <span class="spacer" />
      <PauseButton bed={bed} />
      {session && (
        <span class="phase">
          <span>{phase}</span> <time>{clock}</time>
        </span>
      )}
    </header>
  );
}

function twins(bed: Bed): string {
  return sameInitials(
    bed.value,
    beds.value.map((other) => other.value),
  ).join(", ");
}

function Alarms({ bed, lines }: { bed: Bed; lines: number }) {
  const alarms = useComputed(() => bed.value.alarms).value;
  if (alarms.length === 0) return null;
  const sorted = [...alarms].sort(byUrgency);
  const shown = sorted.length > lines ? sorted.slice(0, lines) : sorted;
  const hidden = sorted.length - shown.length;
  return (
    <ul class="alarms" aria-label="Alarms">
      {shown.map((alarm) => (
        <AlarmLine key={alarm.event.occurrence} alarm={alarm} />
      ))}
      {hidden > 0 && (
        <li class="more">
          <button
            type="button"
            onClick={() => {
              openBed.value = bed.peek().bed;
            }}
          >
            +{hidden}
            <span> more</span>
          </button>
        </li>
      )}
    </ul>
  );
}

/** Two minutes of quiet for what sounds now; the panel offers shorter pauses. */
function PauseButton({ bed }: { bed: Bed }) {
  const sounding = useComputed(() =>
    bed.value.alarms.some((alarm) => sounds(alarm, now.value)),
  ).value;
  const left = useComputed(() => pauseWords(bed.value.pause_until, now.value));
  const paused = useComputed(() => left.value !== "").value;
  if (paused) {
    return (
      <span class="paused">
        <Icon name="soundOff" /> <time>{left}</time>
      </span>
    );
  }
  if (!sounding) return null;
  const label = `Pause the sound of ${bed.peek().label} for 2 minutes`;
  return (
    <button
      type="button"
      class="pause"
      title={label}
      aria-label={label}
      onClick={() => pauseAudio(bed.peek(), 120)}
    >
      <Icon name="soundOff" />
    </button>
  );
}

function pauseWords(until: string | null, at: number): string {
  const left = until ? seconds(until) - at : 0;
  return left > 0 ? span(left) : "";
}

function EngineLost() {
  return (
    <p class="engine-lost" role="alert">
      <b>!!! ALARM STATE UNKNOWN</b> Nothing here raises an alarm. Go to the room.
    </p>
  );
}
