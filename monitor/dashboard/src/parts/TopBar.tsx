// What is true of the whole screen: where, when, live or not, the site's own alarms, the sound.
import { useComputed } from "@preact/signals";
import { armed, playTest, turnOn } from "../sound/sound";
import { allAlarms, now, silence, site, siteAlarms, told } from "../state";
import { byUrgency } from "../view/alarms";
import { span, timeOfDay } from "../view/time";
import { AlarmLine } from "./AlarmLine";
import { Icon } from "./icons";

/** From here on the bar says how old the screen is. */
const LATE_S = 3;

export function TopBar() {
  const known = site.value;
  const clock = useComputed(() => timeOfDay(now.value, true));
  return (
    <>
      <header class="bar">
        <h1>{known?.name || "KAT Monitor"}</h1>
        <time class="clock">{clock}</time>
        <Live />
        {known && known.origin !== "real" && (
          <strong class="demo-mark">
            {known.origin === "demo" ? "DEMO – no real patients" : "TEST – no real patients"}
            {known.speed !== 1 && <span> ×{known.speed}</span>}
          </strong>
        )}
        <SiteAlarms />
        <span class="station" title="This station signs what is done here">
          <Icon name="screen" /> {known?.station}
        </span>
        <SoundButton />
      </header>
      <SoundGate />
    </>
  );
}

function Live() {
  const late = useComputed(() => silence.value >= LATE_S).value;
  const unknown = !told.value;
  const age = useComputed(() => (silence.value >= LATE_S ? span(silence.value) : ""));
  if (unknown && !late) return <span class="live late">ALARM STATE UNKNOWN</span>;
  return <span class={late ? "live late" : "live"}>{late ? <>NO NEWS FOR {age}</> : "LIVE"}</span>;
}

function SiteAlarms() {
  const standing = [...siteAlarms.value].sort(byUrgency);
  if (standing.length === 0) return <span class="spacer" />;
  return (
    <ul class="site-alarms" aria-label="Alarms of the site">
      {standing.map((alarm) => (
        <AlarmLine key={alarm.event.occurrence} alarm={alarm} />
      ))}
    </ul>
  );
}

function SoundButton() {
  if (armed.value) {
    return (
      <button type="button" class="plain" onClick={playTest}>
        <Icon name="soundOn" /> Test sound
      </button>
    );
  }
  return (
    <button type="button" class="plain inverse" onClick={turnOn}>
      <Icon name="soundOff" /> Sound off – turn on
    </button>
  );
}

/** While an alarm stands, a screen that cannot be heard says so across its whole width. */
function SoundGate() {
  const standing = useComputed(() => allAlarms.value.length > 0).value;
  if (armed.value || !standing) return null;
  return (
    <div class="sound-gate" role="alert">
      <Icon name="soundOff" />
      <b>Alarm sound is off on this screen.</b> An alarm stands and nobody can hear it here.
      <button type="button" onClick={turnOn}>
        Turn sound on
      </button>
    </div>
  );
}
