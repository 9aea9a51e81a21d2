// The nausea index of the open room: a bar for each sign, the question of a watch, its limits.
import { type Signal, useComputed } from "@preact/signals";
import { judgeWatch } from "../orders";
import { filled, LIMITS, recordWords, signWords, totalWords } from "../view/nausea";
import type { BedView, SessionView, Sign } from "../wire";

export function NauseaIndex({ bed, session }: { bed: Signal<BedView>; session: SessionView }) {
  const index = useComputed(() => bed.value.nausea_index).value;
  if (!index) return null;
  const record = recordWords(index);
  return (
    <section class="index" aria-label="Nausea index">
      <h3>
        Nausea index <i>{totalWords(index)}</i>
      </h3>
      {(index.asking ?? 0) > 0 && <Question session={session} />}
      <ul>
        {index.signs.map((sign) => (
          <Bar key={sign.name} sign={sign} />
        ))}
      </ul>
      {record && <p class="quiet">{record}</p>}
      <details>
        <summary>What it cannot do</summary>
        <ul class="limits">
          {LIMITS.map((words) => (
            <li key={words}>{words}</li>
          ))}
        </ul>
      </details>
    </section>
  );
}

function Bar({ sign }: { sign: Sign }) {
  const share = filled(sign);
  return (
    <li class={share === null ? "sign is-missing" : "sign"}>
      <span>{sign.label}</span>
      {share === null ? (
        <span class="sign-bar" aria-hidden="true" />
      ) : (
        <span
          class="sign-bar"
          role="meter"
          aria-label={`${sign.label}, points`}
          aria-valuenow={sign.points ?? 0}
          aria-valuemin={0}
          aria-valuemax={sign.most}
        >
          <span style={{ width: `${100 * share}%` }} />
        </span>
      )}
      <span class="sign-words">{signWords(sign)}</span>
    </li>
  );
}

function Question({ session }: { session: SessionView }) {
  return (
    <fieldset class="field-row">
      <legend>Autonomic change: was the patient nauseated?</legend>
      <button type="button" class="plain" onClick={() => judgeWatch(session, true)}>
        Yes
      </button>
      <button type="button" class="plain" onClick={() => judgeWatch(session, false)}>
        No
      </button>
    </fieldset>
  );
}
