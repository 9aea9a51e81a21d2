// The service is silent: go to the rooms. Lists what was known when the line was lost.
import { useComputed } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { armed, turnOn } from "../sound/sound";
import { beds, failed, now, silence, site, siteAlarms } from "../state";
import { byUrgency, mark, stateWords } from "../view/alarms";
import { who } from "../view/bed";
import { seconds, sinceDose, span, timeOfDay } from "../view/time";
import type { BedView, ReadingView, StandingAlarm } from "../wire";

export const NOT_LIVE_S = 5;

export function NotLive() {
  const gone = useComputed(() => failed.value || silence.value >= NOT_LIVE_S).value;
  useEffect(() => {
    document.getElementById("app")?.toggleAttribute("inert", gone);
  }, [gone]);
  if (!gone) return null;
  const lostAt = now.peek() - silence.peek() * (site.peek()?.speed ?? 1);
  const occupied = beds.peek().filter((bed) => bed.peek().session !== null);
  return (
    <div class="not-live" role="alertdialog" aria-modal="true" aria-label="Not live">
      <div class="not-live-head">
        <h1>
          <b>!!!</b> NOT LIVE
        </h1>
        <p class="go">Go to the rooms.</p>
        <Why lostAt={lostAt} />
        {!armed.value && (
          <button type="button" class="plain inverse" onClick={turnOn}>
            Sound off – turn on
          </button>
        )}
      </div>
      {occupied.length > 0 && (
        <p class="not-live-note">What was known at the loss. Every value is old.</p>
      )}
      <div class="not-live-rooms">
        {occupied.map((bed) => (
          <Room key={bed.peek().bed} bed={bed.peek()} lostAt={lostAt} />
        ))}
      </div>
      <SiteLines />
    </div>
  );
}

function Why({ lostAt }: { lostAt: number }) {
  const gone = useComputed(() => span(silence.value));
  if (failed.value) {
    return (
      <p>
        This page has failed and shows nothing that can be trusted.{" "}
        <button type="button" class="plain inverse" onClick={() => location.reload()}>
          Load it again
        </button>
      </p>
    );
  }
  if (!site.peek()) return <p>The service cannot be reached. Trying to connect.</p>;
  return (
    <p>
      Nothing heard from the service since <b>{timeOfDay(lostAt, true)}</b> (<time>{gone}</time>).
      Alarms are not shown here and not heard here. Trying to reconnect.
    </p>
  );
}

function Room({ bed, lostAt }: { bed: BedView; lostAt: number }) {
  const { heart_rate, pulse_rate, spo2, systolic, diastolic } = bed.readings;
  const dose = bed.session?.dose_at;
  return (
    <section>
      <h2>
        {bed.label} <span>{who(bed)}</span>
      </h2>
      <p class="not-live-phase">
        {bed.phase} {dose && sinceDose(seconds(dose), lostAt)}
      </p>
      <dl>
        <Old name="SpO₂" reading={spo2} />
        <Old name={heart_rate ? "HR" : "PR"} reading={heart_rate ?? pulse_rate} />
        <Old name="NIBP" reading={systolic} with={diastolic} />
      </dl>
      <Lines alarms={bed.alarms} />
    </section>
  );
}

interface OldProps {
  name: string;
  reading: ReadingView | undefined;
  with?: ReadingView | undefined;
}

/** A value struck through, with the time it was measured. */
function Old({ name, reading, with: second }: OldProps) {
  const value = reading?.value ?? reading?.last_value;
  const at = reading?.value === null ? reading.last_value_at : reading?.at;
  if (value === null || value === undefined || !at) return null;
  const other = second?.value ?? second?.last_value;
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <s>{other ? `${Math.round(value)}/${Math.round(other)}` : Math.round(value)}</s>
        <time>{timeOfDay(seconds(at), true)}</time>
      </dd>
    </div>
  );
}

function Lines({ alarms }: { alarms: StandingAlarm[] }) {
  return (
    <ul>
      {[...alarms].sort(byUrgency).map((alarm) => (
        <li key={alarm.event.occurrence}>
          <b>{mark(alarm.event)}</b> {alarm.event.text}
          {stateWords(alarm) && <i> ({stateWords(alarm)})</i>}
        </li>
      ))}
    </ul>
  );
}

function SiteLines() {
  return siteAlarms.peek().length > 0 ? (
    <section class="not-live-site">
      <h2>Site</h2>
      <Lines alarms={siteAlarms.peek()} />
    </section>
  ) : null;
}
