// The signals of one picture: what a registered fingerprint is made of. Used in the worker, or on the page where there is none.

import { cropPdq } from "./crop.js";
import { pdq } from "./pdq.js";
import { pixelsOf } from "./pixels.js";

export const LEAST_QUALITY = 50; // below it a hash says too little (fingerprints/pdq.py)

/** The lines of `vigie hash image --jsonl` for one file, with `crop-pdq-1` where `parts` is asked; throws Refused. */
export async function signalsOf(file, id, parts) {
  const { data, width, height } = await pixelsOf(file);
  const found = pdq(data, width, height);
  const lines = [{ id, type: "pdq", value: found.value, quality: found.quality, refused: null }];
  const windows = parts ? cropPdq(data, width, height) : null;
  if (windows) lines.push({ id, type: "crop-pdq-1", ...windows, refused: null });
  if (crypto.subtle) lines.unshift({ id, type: "sha256", value: await sha256(file), quality: null, refused: null });
  return lines;
}

async function sha256(file) {
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
