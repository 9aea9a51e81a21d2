// The line to the service: one WebSocket, acknowledged frame by frame, reconnected for ever.
import type { Message } from "../wire";
import { follows } from "./merge";

/** The service beats five times a second; silence this long means the line is dead. */
const SILENT_MS = 9_000;
const CONNECT_MS = 5_000;
const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 5_000;

export interface Listener {
  /** A snapshot, or the frame right after the last message. */
  onMessage(message: Message): void;
  /** What the service should know of this screen with each acknowledgement. */
  describe(): Record<string, unknown>;
}

/** How long to wait before attempt `failures` + 1: doubling, with jitter so screens do not flock. */
export function backoff(failures: number, random: () => number = Math.random): number {
  const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures);
  return longest * (0.5 + random() / 2);
}

/** Keeps the line up. `watch` must be called about twice a second: it notices a dead line. */
export class Line {
  private socket: WebSocket | null = null;
  private seq: number | null = null;
  private failures = 0;
  private quietSince = 0;
  private retryAt = 0;

  constructor(
    private readonly url: string,
    private readonly listener: Listener,
  ) {}

  /** Connect, reconnect, or give up a silent socket, whichever is due at `now` (monotonic ms). */
  watch(now: number): void {
    if (this.socket) {
      const patience = this.seq === null ? CONNECT_MS : SILENT_MS;
      if (now - this.quietSince > patience) this.drop(this.socket, now);
    } else if (now >= this.retryAt) {
      this.connect(now);
    }
  }

  /** Hang up for good: a page that has failed must not confirm what it cannot show. */
  stop(): void {
    this.retryAt = Number.POSITIVE_INFINITY;
    if (this.socket) this.drop(this.socket, Number.POSITIVE_INFINITY);
  }

  private connect(now: number): void {
    const socket = new WebSocket(this.url);
    this.socket = socket;
    this.seq = null;
    this.quietSince = now;
    socket.onmessage = (event) => this.receive(socket, event);
    socket.onclose = () => this.drop(socket, performance.now());
  }

  private receive(socket: WebSocket, event: MessageEvent<string>): void {
    if (socket !== this.socket) return;
    const message = JSON.parse(event.data) as Message;
    const fresh = message.kind === "snapshot";
    if (!fresh && (this.seq === null || !follows(this.seq, message))) {
      this.drop(socket, performance.now());
      return;
    }
    this.seq = message.seq;
    this.failures = 0;
    this.quietSince = performance.now();
    this.listener.onMessage(message);
    socket.send(JSON.stringify({ ack: message.seq, ...this.listener.describe() }));
  }

  private drop(socket: WebSocket, now: number): void {
    if (socket !== this.socket) return;
    this.socket = null;
    this.retryAt = now + backoff(this.failures);
    this.failures += 1;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close();
  }
}
