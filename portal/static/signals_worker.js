// Makes signals beside the page, so that it stays awake; nothing but signals comes back.

import { signalsOf } from "./signals.js";

addEventListener("message", async ({ data: { number, file, id, parts } }) => {
  try {
    postMessage({ number, lines: await signalsOf(file, id, parts) });
  } catch (error) {
    postMessage({ number, refused: error.code ?? "unreadable" });
  }
});
