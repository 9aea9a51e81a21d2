// Orders that failed, in words; each stays until somebody has read it.
import { dismiss, notices } from "../api";
import { Icon } from "./icons";

export function Notices() {
  if (notices.value.length === 0) return null;
  return (
    <ul class="notices" aria-label="Orders that failed">
      {notices.value.map((notice) => (
        <li key={notice.id} role="alert">
          <div>
            <b>{notice.title}</b>
            <p>{notice.detail}</p>
          </div>
          <button type="button" class="plain" onClick={notice.again}>
            Try again
          </button>
          <button
            type="button"
            class="plain"
            aria-label="Dismiss"
            onClick={() => dismiss(notice.id)}
          >
            <Icon name="close" />
          </button>
        </li>
      ))}
    </ul>
  );
}
