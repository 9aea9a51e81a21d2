// What staff order: POSTs whose failures are kept on the page until somebody has read them.
import { signal } from "@preact/signals";
import { site } from "./state";

const PATIENCE_MS = 10_000;

/** An order that failed, in words, with a way to try it again. */
export interface Notice {
  id: string;
  title: string;
  detail: string;
  again: () => void;
}

export const notices = signal<Notice[]>([]);

/**
 * Send one order. `what` names it for people. The order carries an id, so that trying again
 * after a lost answer cannot do it twice. Resolves to whether it was done; a failure becomes a notice.
 */
export async function order(what: string, path: string, body: object): Promise<boolean> {
  return send({ what, path, id: newId(), body });
}

export function dismiss(id: string): void {
  notices.value = notices.value.filter((notice) => notice.id !== id);
}

/** What a problem+json answer (RFC 9457) says, or what else is known about the failure. */
export function problemText(status: number, body: unknown): string {
  const detail = (body as { detail?: unknown } | null)?.detail;
  if (typeof detail === "string" && detail) return detail;
  if (Array.isArray(detail)) {
    return detail.map((item) => (item as { msg?: string }).msg ?? String(item)).join("; ");
  }
  return `The service answered ${status} without saying why.`;
}

interface Order {
  what: string;
  path: string;
  id: string;
  body: object;
}

/** Why an order failed; `final`: the service refused it, and would refuse the same id again. */
interface Failure {
  detail: string;
  final: boolean;
}

async function send(order: Order): Promise<boolean> {
  const failure = await attempt(order);
  dismiss(order.id);
  if (failure === null) return true;
  const { id, what } = order;
  const retry = failure.final ? { ...order, id: newId() } : order;
  const again = () => {
    dismiss(id);
    void send(retry);
  };
  notices.value = [
    ...notices.value,
    { id, title: `Not done: ${what}`, detail: failure.detail, again },
  ];
  return false;
}

async function attempt({ path, id, body }: Order): Promise<Failure | null> {
  try {
    const response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...body, id, by: site.value?.station ?? "" }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (response.ok) return null;
    const detail = problemText(response.status, await response.json().catch(() => null));
    return { detail, final: response.status < 500 };
  } catch (error) {
    const timedOut = error instanceof DOMException && error.name === "TimeoutError";
    const detail = timedOut
      ? `The service did not answer within ${PATIENCE_MS / 1000} s. It may or may not be done.`
      : "The service cannot be reached.";
    return { detail, final: false };
  }
}

/** A fresh id; randomUUID exists only on HTTPS and localhost. */
function newId(): string {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}
