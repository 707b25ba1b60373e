// Makes signals beside the page, so that it stays awake; nothing but signals comes back.

import { signalsOf } from "./signals.js";

addEventListener("message", async ({ data: { number, file, id } }) => {
  try {
    postMessage({ number, lines: await signalsOf(file, id) });
  } catch (error) {
    postMessage({ number, refused: error.code ?? "unreadable" });
  }
});
