// The three rows of big numbers. Text nodes are bound to signals: a beat redraws no component.
import { type ReadonlySignal, type Signal, useComputed } from "@preact/signals";
import { now, site, staleAfter } from "../state";
import { type CuffAge, cuffAge, cuffInterval, DASHES, liveValue, shown } from "../view/ageing";
import { nextCuff, rateSource, reasonWords, stacked } from "../view/bed";
import { ageInWords, seconds, timeOfDay } from "../view/time";
import type { BedView } from "../wire";
import { Sparkline } from "./Sparkline";

type Bed = Signal<BedView>;

export function Vitals({ bed }: { bed: Bed }) {
  const source = useComputed(() => rateSource(bed.value.readings, now.value, staleAfter).metric);
  const rate = source.value;
  return (
    <div class="vitals">
      <Streamed bed={bed} metric="spo2" label="SpO₂" unit="%" colour="#8fb8ff" scale={[88, 100]} />
      <Streamed
        bed={bed}
        metric={rate}
        label={rate === "heart_rate" ? "HR" : "PR"}
        unit="/min"
        colour="#5fe3a1"
        scale={[50, 110]}
      />
      <Pressure bed={bed} />
    </div>
  );
}

interface StreamedProps {
  bed: Bed;
  metric: string;
  label: string;
  unit: string;
  colour: string;
  scale: [number, number];
}

function Streamed({ bed, metric, label, unit, colour, scale }: StreamedProps) {
  const reading = useComputed(() => bed.value.readings[metric]);
  const text = useComputed(() => shown(liveValue(reading.value, now.value, staleAfter(metric))));
  const reason = useComputed(() => reasonWords(reading.value, now.value, staleAfter(metric)));
  const tone = useComputed(() => (text.value === DASHES ? "number none" : "number"));
  return (
    <div class={`vital streamed ${metric}`} data-metric={metric}>
      <Label name={label} unit={unit} metric={metric} reason={reason} />
      <output class={tone} aria-label={label}>
        {text}
      </output>
      <Sparkline bed={bed.peek().bed} metric={metric} colour={colour} scale={scale} />
    </div>
  );
}

function Pressure({ bed }: { bed: Bed }) {
  const view = useComputed(() => pressureView(bed.value, now.value));
  const text = useComputed(() => view.value.pair);
  const mean = useComputed(() => view.value.mean);
  const when = useComputed(() => view.value.when);
  const age = useComputed(() => view.value.age);
  const reason = useComputed(() => view.value.reason);
  const tone = useComputed(() => `number ${view.value.look}`);
  const due = useComputed(() => nextCuff(bed.value.session?.next_cuff_at, now.value));
  return (
    <div class="vital pressure" data-metric="systolic">
      <Label name="NIBP" unit="mmHg" metric="systolic" also="diastolic" reason={reason} />
      <div class="pressure-value">
        <output class={tone} aria-label="NIBP">
          {text}
        </output>
        <div class="pressure-time">
          <span class="mean">{mean}</span>
          <time>{when}</time>
          <span>{age}</span>
          <span class="due">{due}</span>
        </div>
      </div>
      <Sparkline bed={bed.peek().bed} metric="systolic" colour="#d8d0ff" scale={[50, 185]} />
    </div>
  );
}

interface LabelProps {
  name: string;
  unit: string;
  metric: string;
  also?: string;
  reason: ReadonlySignal<string>;
}

function Label({ name, unit, metric, also, reason }: LabelProps) {
  const limits = site.value?.limits ?? {};
  const [upper, lower] = stacked(limits[metric]);
  const [alsoUpper] = stacked(also ? limits[also] : undefined);
  return (
    <div class="label">
      <b>{name}</b>
      <span class="unit">{unit}</span>
      <span class="limits" title="alarm limits">
        {upper && <span class="upper">{alsoUpper ? `${upper}/${alsoUpper}` : upper}</span>}
        {lower && <span class="lower">{lower}</span>}
      </span>
      <span class="reason">{reason}</span>
    </div>
  );
}

interface PressureView {
  pair: string;
  mean: string;
  /** When it was measured, kept also under dashes. */
  when: string;
  age: string;
  look: CuffAge;
  reason: string;
}

const NO_PRESSURE = {
  pair: DASHES,
  mean: "",
  when: "",
  age: "",
  look: "gone",
  reason: "",
} as const;

/** The newest cuff reading with its time; dashes keep the time of what was there. */
function pressureView(bed: BedView, at: number): PressureView {
  const { systolic, diastolic, mean_pressure: mean } = bed.readings;
  if (!systolic) return NO_PRESSURE;
  const forever = Number.POSITIVE_INFINITY;
  const measured = seconds(systolic.at);
  const when = timeOfDay(measured);
  const age = ageInWords(at - measured);
  const look = cuffAge(measured, at, cuffInterval(measured, bed.session?.next_cuff_at));
  const upper = liveValue(systolic, at, forever);
  const lower = liveValue(diastolic, at, forever);
  if (upper === null || lower === null) {
    const reason = systolic.history ? "stored" : reasonWords(systolic, at, forever);
    return { ...NO_PRESSURE, when: lastPressure(bed) ?? when, reason };
  }
  if (look === "gone") return { ...NO_PRESSURE, when, age };
  const middle = liveValue(mean, at, forever);
  const meanText = middle === null ? "" : `(${shown(middle)})`;
  const pair = `${shown(upper)}/${shown(lower)}`;
  return { pair, mean: meanText, when, age, look, reason: "" };
}

/** After a failed cycle: what the cuff said before it, and when. */
function lastPressure({ readings: { systolic, diastolic } }: BedView): string | null {
  if (!systolic?.last_value || !diastolic?.last_value || !systolic.last_value_at) return null;
  const time = timeOfDay(seconds(systolic.last_value_at));
  return `last ${shown(systolic.last_value)}/${shown(diastolic.last_value)} at ${time}`;
}
