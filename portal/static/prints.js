// The page that registers fingerprints: files are reduced here, on this device; only the lines in the text field are sent.

import { LEAST_QUALITY, signalsOf } from "./signals.js";
import { linesOf } from "./video.js";

const form = document.getElementById("prints-form");
const input = document.getElementById("pictures");
const field = document.getElementById("prints");
const results = document.getElementById("results");
const bar = document.getElementById("progress");
const parts = document.getElementById("parts");
const GOOD = 80;

let done = 0;
const waiting = new Map();
const worker = started();

function started() {
  if (typeof OffscreenCanvas === "undefined") return null;
  try {
    const made = new Worker(new URL("./signals_worker.js", import.meta.url), { type: "module" });
    made.addEventListener("message", ({ data }) => settle(data.number, data));
    made.addEventListener("error", () => [...waiting.keys()].forEach((number) => settle(number, { refused: "unreadable" })));
    return made;
  } catch {
    return null;
  }
}

function settle(number, answer) {
  waiting.get(number)?.(answer);
  waiting.delete(number);
}

async function reduced(number, file) {
  const id = `image-${number}`;
  if (file.type.startsWith("video/")) {
    const share = (done) => { bar.value = Math.floor(bar.value) + 0.99 * done; };
    return settledOn(linesOf(file, id, share));
  }
  if (!worker) return settledOn(signalsOf(file, id, parts.checked));
  return new Promise((resolve) => {
    waiting.set(number, resolve);
    worker.postMessage({ number, file, id, parts: parts.checked });
  });
}

function settledOn(lines) {
  return lines.then((found) => ({ lines: found }), (error) => ({ refused: error.code ?? "unreadable" }));
}

function shown(number, text) {
  const item = document.createElement("li");
  item.textContent = text.replace("{number}", number);
  results.append(item);
}

function verdict({ lines, refused }) {
  if (refused) return [results.dataset[refused] ?? results.dataset.unreadable, false];
  const { quality } = lines.find(({ type }) => type === "pdq" || type === "vpdq");
  if (quality < LEAST_QUALITY) return [results.dataset.poor, false];
  return [(quality < GOOD ? results.dataset.fair : results.dataset.good).replace("{quality}", quality), true];
}

async function take(files) {
  bar.hidden = false;
  bar.max = files.length;
  for (const [at, file] of files.entries()) {
    bar.value = at;
    done += 1;
    const answer = await reduced(done, file);
    const [text, kept] = verdict(answer);
    if (kept) field.value += answer.lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    shown(done, text);
  }
  bar.hidden = true;
}

/** A picture of a minor, or of unknown age, is not even opened here: the field for pictures is closed. */
function ageAnswered() {
  const adult = form.elements.age_on_image.value === "adult";
  input.disabled = !adult;
  document.getElementById("not-adult").hidden = adult || !form.elements.age_on_image.value;
}

form.addEventListener("change", async (event) => {
  ageAnswered();
  if (event.target !== input) return;
  const files = [...input.files];
  input.value = "";
  await take(files);
});

document.getElementById("on-device").hidden = false;
ageAnswered();
