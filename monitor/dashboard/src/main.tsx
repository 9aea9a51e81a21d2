// Starts the page.
import { render } from "preact";

const root = document.getElementById("app");
if (root) render(<h1>KAT Monitor</h1>, root);
