// Starts the page: the line to the service, the beat of the ticker, the sound, the view.
import { effect } from "@preact/signals";
import { render, type VNode } from "preact";
import { Line } from "./feed/socket";
import Ticker from "./feed/ticker.worker?worker";
import { App } from "./parts/App";
import { NotLive } from "./parts/NotLive";
import { armed, listen } from "./sound/sound";
import { render as renderSound } from "./sound/speaker";
import { failed, receive, site, tick } from "./state";
import "./style/index.css";

const url = new URL("ws", document.baseURI);
url.protocol = url.protocol.replace("http", "ws");

const line = new Line(url.href, {
  onMessage(message) {
    receive(message, performance.now());
    listen();
  },
  describe: () => ({ armed: armed.peek(), visible: document.visibilityState === "visible" }),
});

new Ticker().onmessage = () => {
  const at = performance.now();
  line.watch(at);
  tick(at);
  listen();
};

effect(() => {
  const known = site.value;
  const demo = known && known.origin !== "real" ? `${known.origin.toUpperCase()} – ` : "";
  document.title = `${demo}${known?.name ? `${known.name} – ` : ""}KAT Monitor`;
});

// all rings flash in step, whenever each of them began
document.addEventListener("animationstart", (event) => {
  for (const animation of (event.target as Element).getAnimations()) animation.startTime = 0;
});

// lets the shift check and the browser tests measure what would be heard
Object.assign(window, { katSound: { render: renderSound } });

// A root of its own each: where the page fails, the overlay still covers it.
mount("app", <App />);
mount("not-live", <NotLive />);

addEventListener("error", ({ error }) => {
  if (!error) return; // the browser's own remarks, as of ResizeObserver, carry no error
  failed.value = true;
  line.stop();
});

function mount(id: string, page: VNode): void {
  const root = document.getElementById(id);
  if (root) render(page, root);
}
