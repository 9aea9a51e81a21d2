// One standing alarm: mark, text, age, what its signal is doing, and its own button.
import { useComputed, useSignal } from "@preact/signals";
import { acknowledge } from "../orders";
import { now } from "../state";
import { mark, pauseLeft, stateWords, worstWords } from "../view/alarms";
import { seconds, span } from "../view/time";
import type { StandingAlarm } from "../wire";
import { Icon, PriorityIcon } from "./icons";

interface Props {
  alarm: StandingAlarm;
  /** The room, where the line stands outside of its tile. */
  room?: string;
  /** Called when the room's name is pressed. */
  onRoom?: () => void;
}

export function AlarmLine({ alarm, room, onRoom }: Props) {
  const { event } = alarm;
  const state = stateWords(alarm);
  return (
    <li
      class={`alarm ${event.priority}`}
      data-signal={event.covered_by ? "covered" : event.signal}
      data-condition={event.condition}
      data-occurrence={event.occurrence}
    >
      <PriorityIcon priority={event.priority} />
      <div class="alarm-words">
        {room && (
          <button type="button" class="alarm-room" onClick={onRoom}>
            {room}
          </button>
        )}
        <span class="alarm-text">
          <b class="alarm-mark">{mark(event)}</b> {event.text}
        </span>
        <span class="alarm-more">
          <Age alarm={alarm} />
          {[worstWords(alarm), state].filter(Boolean).map((words) => (
            <span key={words}>{words}</span>
          ))}
          {alarm.paused_until && <Paused alarm={alarm} />}
        </span>
      </div>
      {event.signal !== "acknowledged" && <AcknowledgeButton alarm={alarm} room={room} />}
    </li>
  );
}

function Age({ alarm }: { alarm: StandingAlarm }) {
  const onset = seconds(alarm.onset_at);
  return <time>{useComputed(() => span(now.value - onset))}</time>;
}

function Paused({ alarm }: { alarm: StandingAlarm }) {
  const left = useComputed(() => {
    const delay = pauseLeft(alarm, now.value);
    return delay > 0 ? `sound paused ${span(delay)}` : "";
  });
  return <span>{left}</span>;
}

function AcknowledgeButton({ alarm, room }: { alarm: StandingAlarm; room: string | undefined }) {
  const busy = useSignal(false);
  const { event } = alarm;
  const over = event.signal === "latched" && event.presence === "absent";
  const word = over ? "Clear" : "Acknowledge";
  const press = async () => {
    busy.value = true;
    await acknowledge(event);
    busy.value = false;
  };
  return (
    <button
      type="button"
      class="ack"
      disabled={busy}
      aria-label={`${word} ${event.text}${room ? `, ${room}` : ""}`}
      onClick={press}
    >
      <Icon name="check" />
      <span>{word}</span>
    </button>
  );
}
