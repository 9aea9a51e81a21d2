// Joins the decisions to the loudspeaker; driven by the service's messages, not by timers.
import { signal } from "@preact/signals";
import { allAlarms, now, passed, silence } from "../state";
import { type Decision, decide, decideNotLive, type Hearing, ownSound } from "./annunciator";
import { Speaker } from "./speaker";

const NOT_LIVE_SOUND_S = 10;

/** Whether this screen can be heard. */
export const armed = signal(false);

const speaker = new Speaker((on) => {
  armed.value = on;
});
let hearing: Hearing | null = null;

/** From a click: let this screen sound, and prove it with the test tone. */
export async function turnOn(): Promise<void> {
  hearing = null;
  if (await speaker.arm()) playTest();
}

/** The test tone of the shift check. */
export function playTest(): void {
  hearing = ownSound("test", hearing, performance.now() / 1000);
  speaker.play("test");
}

/** Call after every message and every beat of the ticker. */
export function listen(): void {
  if (!armed.peek()) return;
  const at = performance.now() / 1000;
  const decision =
    silence.peek() >= NOT_LIVE_SOUND_S
      ? decideNotLive(hearing, at)
      : decide(hearing, [...allAlarms.peek(), ...passed.peek()], at, now.peek());
  follow(decision);
}

function follow(decision: Decision): void {
  hearing = decision.hearing;
  if (decision.cut) speaker.cut();
  if (decision.play) speaker.play(decision.play);
}
