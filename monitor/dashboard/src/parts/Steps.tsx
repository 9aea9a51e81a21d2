// The steps of a session, in their order: begin, baseline, dose, end of infusion, close.
import { type Signal, useSignal } from "@preact/signals";
import type { TargetedSubmitEvent } from "preact";
import { begin, close, endInfusion, giveDose, takeBaseline } from "../orders";
import { now } from "../state";
import { givenAt, numberOf, textOf } from "../view/forms";
import { timeOfDay } from "../view/time";
import type { BedView, SessionView } from "../wire";

type Submit = TargetedSubmitEvent<HTMLFormElement>;

export function Begin({ bed }: { bed: Signal<BedView> }) {
  const submit = (event: Submit) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    void begin(bed.peek(), {
      protocol: textOf(form, "protocol"),
      visit: textOf(form, "visit"),
      initials: textOf(form, "initials"),
    });
  };
  return (
    <form class="step" onSubmit={submit}>
      <h3>Begin a session</h3>
      <div class="fields">
        <label>
          Protocol
          <select name="protocol">
            <option value="iv">iv infusion</option>
            <option value="im">im</option>
            <option value="nasal">nasal</option>
            <option value="oral">oral</option>
          </select>
        </label>
        <label>
          Visit code
          <input name="visit" required maxLength={16} autoComplete="off" />
        </label>
        <label>
          Initials
          <input name="initials" maxLength={4} autoComplete="off" />
        </label>
      </div>
      <button type="submit" class="primary">
        Begin session
      </button>
    </form>
  );
}

/** What comes next in this phase. */
export function Step({ session, phase }: { session: SessionView; phase: string }) {
  switch (phase) {
    case "SETUP":
      return <TakeBaseline session={session} word="Take the baseline" />;
    case "BASELINE":
      return (
        <>
          <TakeBaseline session={session} word="Settle the baseline" />
          <Dose session={session} />
        </>
      );
    case "DOSING":
      return (
        <section class="step">
          <button type="button" class="primary" onClick={() => endInfusion(session)}>
            End the infusion
          </button>
        </section>
      );
    default:
      return null;
  }
}

function TakeBaseline({ session, word }: { session: SessionView; word: string }) {
  const { baseline } = session;
  return (
    <section class="step">
      <button
        type="button"
        class={baseline ? "plain" : "primary"}
        onClick={() => takeBaseline(session)}
      >
        {word}
      </button>
    </section>
  );
}

function Dose({ session }: { session: SessionView }) {
  const submit = (event: Submit) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    void giveDose(session, {
      value: numberOf(form, "amount"),
      at: givenAt(textOf(form, "given"), now.peek()),
      override: textOf(form, "override") || null,
    });
  };
  return (
    <form class="step" onSubmit={submit}>
      <h3>Give the dose</h3>
      {session.gate && <p class="gate">{session.gate}</p>}
      <div class="fields">
        <label>
          Amount, mg
          <input name="amount" type="number" min="0.1" max="2000" step="any" />
        </label>
        <label>
          Given at
          <input
            name="given"
            defaultValue={timeOfDay(now.peek())}
            pattern="([01]?[0-9]|2[0-3]):[0-5][0-9]"
            title="Hours and minutes, as 09:30"
            required
          />
        </label>
      </div>
      {session.gate && (
        <label class="wide">
          Reason for giving it all the same
          <input name="override" required maxLength={500} />
        </label>
      )}
      <button type="submit" class="primary">
        Dose given
      </button>
    </form>
  );
}

/** Closing asks twice: nothing watches the patient afterwards. */
export function CloseSession({ session }: { session: SessionView }) {
  const outcome = useSignal<"discharged" | "aborted" | null>(null);
  const choice = outcome.value;
  const submit = (event: Submit) => {
    event.preventDefault();
    if (choice) void close(session, choice, textOf(new FormData(event.currentTarget), "reason"));
  };
  if (!choice) {
    return (
      <section class="field-row">
        <span class="field-name">Close the session</span>
        <button type="button" class="plain" onClick={() => (outcome.value = "discharged")}>
          Discharged…
        </button>
        <button type="button" class="plain" onClick={() => (outcome.value = "aborted")}>
          Aborted…
        </button>
      </section>
    );
  }
  return (
    <form class="step" onSubmit={submit}>
      <h3>Close as {choice}?</h3>
      <p class="hint">Visit {session.visit}. Nothing watches this patient afterwards.</p>
      <label class="wide">
        Reason{choice === "discharged" && " (where a line is open)"}
        <input name="reason" required={choice === "aborted"} maxLength={500} />
      </label>
      <div class="field-row">
        <button type="submit" class="primary">
          Yes, {choice}
        </button>
        <button type="button" class="plain" onClick={() => (outcome.value = null)}>
          Keep open
        </button>
      </div>
    </form>
  );
}
