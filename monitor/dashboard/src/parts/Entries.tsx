// What staff ask, see and measure by hand.
import type { TargetedSubmitEvent } from "preact";
import {
  addNote,
  enterPressure,
  gaveAntiemetic,
  rateNausea,
  rateSedation,
  sawSickness,
  sawSymptom,
  sendHelp,
} from "../orders";
import { site } from "../state";
import { numberOf, textOf } from "../view/forms";
import type { SessionView } from "../wire";
import { Scale } from "./Scale";

type Submit = TargetedSubmitEvent<HTMLFormElement>;

export function Entries({ session }: { session: SessionView }) {
  return (
    <>
      <div class="field-row">
        <button type="button" class="plain" onClick={() => sendHelp(session)}>
          Send help
        </button>
      </div>
      <Scale
        name="Nausea"
        ends="0 none, 10 worst"
        from={0}
        to={10}
        choose={(value) => rateNausea(session, value)}
      />
      <div class="field-row">
        <span class="field-name">Seen, given</span>
        <button type="button" class="plain" onClick={() => sawSickness(session, "retch")}>
          Retching
        </button>
        <button type="button" class="plain" onClick={() => sawSickness(session, "vomit")}>
          Vomiting
        </button>
        <button type="button" class="plain" onClick={() => gaveAntiemetic(session)}>
          Antiemetic
        </button>
      </div>
      <Scale
        name="MOAA/S"
        ends="5 alert, 0 no response"
        from={0}
        to={5}
        choose={(value) => rateSedation(session, value)}
      />
      <RedFlags session={session} />
      <ByHand session={session} />
      <Note session={session} />
    </>
  );
}

/** What alarms by its mere name: one touch each. */
function RedFlags({ session }: { session: SessionView }) {
  return (
    <fieldset class="field-row" aria-label="Red flags">
      <span class="field-name">Red flags</span>
      {(site.value?.redFlags ?? []).map((flag) => (
        <button
          type="button"
          class="plain"
          key={flag}
          onClick={() => sawSymptom(session, flag)}
        >
          {flag}
        </button>
      ))}
    </fieldset>
  );
}

function ByHand({ session }: { session: SessionView }) {
  const submit = async (event: Submit) => {
    event.preventDefault();
    const element = event.currentTarget;
    const form = new FormData(element);
    const [systolic, diastolic] = [numberOf(form, "systolic"), numberOf(form, "diastolic")];
    if (systolic === null || diastolic === null) return;
    if (await enterPressure(session, systolic, diastolic)) element.reset();
  };
  return (
    <form class="field-row" onSubmit={submit}>
      <span class="field-name">Measured by hand</span>
      <input name="systolic" type="number" min="30" max="350" required aria-label="Systolic" />
      <span aria-hidden="true">/</span>
      <input name="diastolic" type="number" min="10" max="300" required aria-label="Diastolic" />
      <button type="submit" class="plain">
        Enter
      </button>
    </form>
  );
}

function Note({ session }: { session: SessionView }) {
  const submit = async (event: Submit) => {
    event.preventDefault();
    const element = event.currentTarget;
    const text = textOf(new FormData(element), "note");
    if (text && (await addNote(session, text))) element.reset();
  };
  return (
    <form class="field-row" onSubmit={submit}>
      <input name="note" class="grow" maxLength={2000} aria-label="Note" placeholder="Note" />
      <button type="submit" class="plain">
        Add note
      </button>
    </form>
  );
}
