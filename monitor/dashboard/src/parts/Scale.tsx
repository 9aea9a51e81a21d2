// A row of numbers to press, for ratings.
import { useSignal } from "@preact/signals";

interface Props {
  name: string;
  from: number;
  to: number;
  /** What the ends mean. */
  ends?: string;
  choose: (value: number) => Promise<boolean>;
}

export function Scale({ name, from, to, ends, choose }: Props) {
  const sent = useSignal<number | null>(null);
  const values = Array.from({ length: to - from + 1 }, (_, n) => from + n);
  const press = async (value: number) => {
    if (await choose(value)) sent.value = value;
  };
  return (
    <fieldset class="scale">
      <legend>
        {name} {ends && <i>{ends}</i>}
      </legend>
      {values.map((value) => (
        <button
          type="button"
          key={value}
          aria-label={`${name} ${value}`}
          aria-pressed={sent.value === value}
          onClick={() => press(value)}
        >
          {value}
        </button>
      ))}
    </fieldset>
  );
}
