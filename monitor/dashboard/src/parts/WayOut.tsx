// The way out: standby, the discharge criteria line by line, the signature, sensors off.
import { type Signal, useComputed } from "@preact/signals";
import type { TargetedSubmitEvent } from "preact";
import { endStandby, nameEscort, override, sayOf, sensorsOff, sign, standby } from "../orders";
import { now } from "../state";
import { textOf } from "../view/forms";
import { lineMark, lineWords, SAID, standbyWords } from "../view/leaving";
import type { BedView, DischargeLine, SessionView } from "../wire";

type Submit = TargetedSubmitEvent<HTMLFormElement>;

export function Standby({ bed, session }: { bed: Signal<BedView>; session: SessionView }) {
  const words = useComputed(() => {
    const { standby: away } = bed.value;
    return away ? standbyWords(away, now.value) : "";
  }).value;
  const submit = (event: Submit) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    void standby(session, textOf(form, "reason"), textOf(form, "escort"));
  };
  if (words) {
    return (
      <section class="field-row">
        <span class="field-name">{words}</span>
        <button type="button" class="plain" onClick={() => endStandby(session)}>
          Back
        </button>
      </section>
    );
  }
  return (
    <form class="field-row" onSubmit={submit}>
      <span class="field-name">Standby</span>
      <select name="reason" aria-label="Standby for">
        <option value="toilet">toilet</option>
        <option value="sensor">sensor</option>
        <option value="other">other</option>
      </select>
      <input name="escort" maxLength={80} aria-label="Escort" placeholder="with" size={6} />
      <button type="submit" class="plain">
        Start
      </button>
    </form>
  );
}

/** The criteria; nothing before RECOVERY. */
export function Discharge({ session, phase }: { session: SessionView; phase: string }) {
  const lines = session.discharge ?? [];
  if (lines.length === 0) return null;
  return (
    <section>
      <h3>Discharge</h3>
      <ul class="checklist">
        {lines.map((line) => (
          <Line key={line.id} line={line} session={session} />
        ))}
      </ul>
      {session.signed_by && <p class="hint">Signed by {session.signed_by}.</p>}
      <div class="field-row">
        {phase === "READY" && !session.signed_by && (
          <button type="button" class="primary" onClick={() => sign(session)}>
            Sign the discharge
          </button>
        )}
        {session.signed_by && !session.sensors_off_by && (
          <button type="button" class="plain" onClick={() => sensorsOff(session)}>
            Sensors off
          </button>
        )}
      </div>
    </section>
  );
}

function Line({ line, session }: { line: DischargeLine; session: SessionView }) {
  const words = useComputed(() => lineWords(line, now.value));
  const open = line.state !== "met" && !line.overridden_by;
  return (
    <li data-state={open ? line.state : "met"}>
      <span>
        <b>{lineMark(line)}</b> {line.text}
        <i>
          {words}
          {line.overridden_by && ` (${line.override_reason})`}
        </i>
      </span>
      {open && <Settle line={line} session={session} />}
    </li>
  );
}

/** What can be done about an open line: say it, name it, or take it over with a reason. */
function Settle({ line, session }: { line: DischargeLine; session: SessionView }) {
  const said = SAID[line.id];
  const named = line.id === "escort";
  const submit = (event: Submit) => {
    event.preventDefault();
    const text = textOf(new FormData(event.currentTarget), "text");
    void (named ? nameEscort(session, text) : override(session, line, text));
  };
  if (said) {
    return (
      <button type="button" class="plain" onClick={() => sayOf(session, said.kind, said.value)}>
        {said.word}
      </button>
    );
  }
  if (line.hard) return null;
  const label = named ? "Name of the escort" : `Reason to override: ${line.text}`;
  return (
    <form onSubmit={submit}>
      <input name="text" required maxLength={200} aria-label={label} placeholder={named ? "name" : "reason"} />
      <button type="submit" class="plain">
        {named ? "Name" : "Override"}
      </button>
    </form>
  );
}
