// What is known of the session and of the room's devices.
import { type Signal, useComputed } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { now } from "../state";
import { lossWords } from "../view/bed";
import { ageInWords, seconds, timeOfDay } from "../view/time";
import type { BedView, DeviceView, SessionView } from "../wire";

/** Protocol, dose and baseline: what the values are compared with. */
export function SessionFacts({ session }: { session: SessionView }) {
  const { protocol, dose_at, infusion_end_at, baseline } = session;
  return (
    <dl class="facts">
      <Fact name="Protocol">{protocol}</Fact>
      {dose_at && <Fact name="Dose">{timeOfDay(seconds(dose_at))}</Fact>}
      {infusion_end_at && <Fact name="Infusion ended">{timeOfDay(seconds(infusion_end_at))}</Fact>}
      {baseline && (
        <>
          <Fact name="Baseline BP">
            {whole(baseline.systolic)}/{whole(baseline.diastolic)}
          </Fact>
          <Fact name="HR">{whole(baseline.heart_rate)}</Fact>
          <Fact name="SpO₂">{whole(baseline.spo2)}</Fact>
        </>
      )}
    </dl>
  );
}

export function Devices({ bed }: { bed: Signal<BedView> }) {
  const devices = useComputed(() => bed.value.devices).value;
  return (
    <section>
      <h3>Devices</h3>
      <dl class="facts">
        {devices.map((device) => (
          <Device key={device.device} device={device} />
        ))}
      </dl>
    </section>
  );
}

function Device({ device }: { device: DeviceView }) {
  const since = device.since ? seconds(device.since) : null;
  const state = useComputed(() => {
    if (device.up === null) return "not seen";
    if (device.up || since === null) return device.up ? "connected" : "gone";
    return `${lossWords(device, "gone")}, ${ageInWords(now.value - since)}`;
  });
  return (
    <Fact name={device.kind || device.device}>
      {state}
      {typeof device.battery === "number" && `, battery ${Math.round(device.battery)} %`}
    </Fact>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function whole(value: number | null | undefined): string {
  return value === null || value === undefined ? "–" : String(Math.round(value));
}
