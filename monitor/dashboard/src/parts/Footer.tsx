// Below the numbers: the task that is open, what is about to alarm, and what people reported.
import { type Signal, useComputed } from "@preact/signals";
import { now, staleAfter } from "../state";
import { liveValue, shown } from "../view/ageing";
import { checkCountdown, lossWords } from "../view/bed";
import { ageInWords, seconds, span } from "../view/time";
import type { BedView, CheckStatus, PendingMark, ReadingView } from "../wire";
import { Icon } from "./icons";

type Bed = Signal<BedView>;

export function Footer({ bed }: { bed: Bed }) {
  const check = useComputed(() => bed.value.session?.check ?? null).value;
  const pending = useComputed(() => bed.value.pending).value;
  const nausea = useComputed(() => bed.value.readings.nausea).value;
  const moaas = useComputed(() => bed.value.readings.moaas).value;
  const rate = useComputed(() => bed.value.readings.respiratory_rate).value;
  const down = useComputed(() => devicesDown(bed.value)).value;
  return (
    <footer class="tile-foot">
      {check && <Check check={check} />}
      <div class="marks">
        {pending.map((mark) => (
          <Pending key={mark.condition + mark.since} mark={mark} />
        ))}
        <Report name="Nausea" of={10} reading={nausea} />
        {moaas && <Report name="MOAA/S" of={5} reading={moaas} />}
        {rate && <Measured name="RESP" metric="respiratory_rate" reading={rate} />}
        {down && <span class="fact">{down}</span>}
      </div>
    </footer>
  );
}

function Check({ check }: { check: CheckStatus }) {
  return (
    <p class="check" title={check.text}>
      <Icon name="task" />
      <b>BP-CHECK</b>
      <span class="check-text">{check.text}</span>
      <time>{useComputed(() => checkCountdown(check, now.value))}</time>
    </p>
  );
}

function Pending({ mark }: { mark: PendingMark }) {
  const announced = seconds(mark.announced_at);
  return (
    <span class="pending" title="Alarms when the delay has passed">
      <Icon name="clock" /> {mark.text || mark.condition}{" "}
      <time>{useComputed(() => span(announced - now.value + 0.99))}</time>
    </span>
  );
}

/** A streamed number: dashes once it is stale or unusable. */
function Measured({ name, metric, reading }: MeasuredProps) {
  const text = useComputed(() => shown(liveValue(reading, now.value, staleAfter(metric))));
  return (
    <span class="fact">
      {name} <b>{text}</b>
    </span>
  );
}

interface MeasuredProps {
  name: string;
  metric: string;
  reading: ReadingView;
}

interface ReportProps {
  name: string;
  of: number;
  reading: ReadingView | undefined;
}

/** What a person reported last, and how long ago. */
function Report({ name, of, reading }: ReportProps) {
  const age = useComputed(() => (reading ? ageInWords(now.value - seconds(reading.at)) : ""));
  const value = reading?.value ?? null;
  return (
    <span class="fact">
      {name} <b>{value === null ? "–" : value}</b>
      {value !== null && `/${of}`} {value !== null && <time>{age}</time>}
    </span>
  );
}

/** Devices that are gone or almost empty, by kind. */
function devicesDown(bed: BedView): string {
  const gone = bed.devices
    .filter((device) => device.up === false)
    .map((device) => `${device.kind || device.device} ${lossWords(device, "off")}`);
  const low = bed.devices
    .filter((device) => typeof device.battery === "number" && device.battery < 20)
    .map((device) => `${device.kind || device.device} battery ${device.battery} %`);
  return [...gone, ...low].join(" · ");
}
