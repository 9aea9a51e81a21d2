// Makes the sounds: oscillators with four harmonics, so that a small loudspeaker carries them.
import { burst, burstLength, type Pulse, type Sound } from "./pattern";

const HARMONICS = [0, 1, 0.7, 0.55, 0.4, 0.3];
const RISE = 0.15; // of the pulse's length
const LEVEL = 0.35;

/** Put the pulses of one burst on `context`, beginning at its time `at`; returns their gain. */
export function schedule(context: BaseAudioContext, pulses: Pulse[], at: number): GainNode {
  const out = context.createGain();
  out.connect(context.destination);
  const shape = context.createPeriodicWave(
    new Float32Array(HARMONICS.length),
    Float32Array.from(HARMONICS),
  );
  for (const pulse of pulses) {
    const oscillator = context.createOscillator();
    const envelope = context.createGain();
    oscillator.setPeriodicWave(shape);
    oscillator.frequency.value = pulse.pitch;
    const start = at + pulse.start;
    const end = start + pulse.length;
    const ramp = pulse.length * RISE;
    envelope.gain.setValueAtTime(0, start);
    envelope.gain.linearRampToValueAtTime(LEVEL, start + ramp);
    envelope.gain.setValueAtTime(LEVEL, end - ramp);
    envelope.gain.linearRampToValueAtTime(0, end);
    oscillator.connect(envelope).connect(out);
    oscillator.start(start);
    oscillator.stop(end);
  }
  return out;
}

/** One burst as it would be heard, computed without a loudspeaker. */
export function render(sound: Sound): Promise<AudioBuffer> {
  const pulses = burst(sound);
  const rate = 8000;
  const context = new OfflineAudioContext(1, Math.ceil((burstLength(pulses) + 0.2) * rate), rate);
  schedule(context, pulses, 0.1);
  return context.startRendering();
}

/** The loudspeaker: off until a person turns it on, because browsers demand a gesture. */
export class Speaker {
  private context: AudioContext | null = null;
  private playing: GainNode | null = null;

  /** `changed` is called whenever sound becomes possible or impossible. */
  constructor(private readonly changed: (armed: boolean) => void) {}

  /** Call from a click. Resolves to whether the browser now lets us sound. */
  async arm(): Promise<boolean> {
    if (!this.context) {
      this.context = new AudioContext({ latencyHint: "interactive" });
      this.context.onstatechange = () => this.changed(this.armed);
    }
    await this.context.resume();
    this.changed(this.armed);
    return this.armed;
  }

  get armed(): boolean {
    return this.context?.state === "running";
  }

  play(sound: Sound): void {
    if (!this.context || !this.armed) return;
    this.playing = schedule(this.context, burst(sound), this.context.currentTime + 0.02);
  }

  /** Stop at once, without a click. */
  cut(): void {
    if (!this.context || !this.playing) return;
    this.playing.gain.setTargetAtTime(0, this.context.currentTime, 0.01);
    this.playing = null;
  }
}
