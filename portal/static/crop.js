// crop-pdq-1: the PDQ of windows of a picture, which survive a crop; the same windows as fingerprints/crop.py.

import { pdq } from "./pdq.js";

const LEAST_QUALITY = 50;
const SQUARE = null; // the square in the middle has no fixed shares

function grid(side, steps) {
  const starts = Array.from({ length: steps }, (_, step) => ((1 - side) * step) / (steps - 1));
  return starts.flatMap((y) => starts.map((x) => [x, y, x + side, y + side]));
}

function middle(side) {
  return [(1 - side) / 2, (1 - side) / 2, (1 + side) / 2, (1 + side) / 2];
}

const WINDOWS = [SQUARE, ...grid(0.9, 3), ...grid(0.8, 4), middle(0.95), middle(0.7), ...grid(0.6, 2)];

const ENOUGH = 1024; // pixels of the longer side that the windows need

/** {value, quality}, or null when every window is too plain; a picture of twice that side is reduced first. */
export function cropPdq(whole, wide, high) {
  const { rgba, width, height } = lighter(whole, wide, high);
  const kept = WINDOWS.map((box) => hashed(rgba, width, height, box)).filter(({ quality }) => quality >= LEAST_QUALITY);
  if (kept.length === 0) return null;
  return { value: kept.map(({ value }) => value).join(""), quality: Math.min(...kept.map(({ quality }) => quality)) };
}

/** A large picture reduced by a whole factor: each pixel is the rounded mean of a square, as in fingerprints/crop.py. */
function lighter(rgba, width, height) {
  const factor = Math.floor(Math.max(width, height) / ENOUGH);
  const [across, down] = [Math.floor(width / factor), Math.floor(height / factor)];
  if (factor < 2 || across === 0 || down === 0) return { rgba, width, height };
  const out = new Uint8ClampedArray(across * down * 4);
  for (let y = 0; y < down; y += 1) {
    for (let x = 0; x < across; x += 1) mean(rgba, width, x * factor, y * factor, factor, out, (y * across + x) * 4);
  }
  return { rgba: out, width: across, height: down };
}

function mean(rgba, width, left, top, factor, out, at) {
  const area = factor * factor;
  for (let channel = 0; channel < 4; channel += 1) {
    let sum = 0;
    for (let y = top; y < top + factor; y += 1) {
      for (let x = left; x < left + factor; x += 1) sum += rgba[(y * width + x) * 4 + channel];
    }
    out[at + channel] = Math.floor((2 * sum + area) / (2 * area));
  }
}

function hashed(rgba, width, height, box) {
  const [left, top, right, bottom] = box === SQUARE ? square(width, height) : placed(box, width, height);
  return pdq(cut(rgba, width, left, top, right, bottom), right - left, bottom - top);
}

function square(width, height) {
  const side = Math.min(width, height);
  const left = Math.floor((width - side) / 2);
  const top = Math.floor((height - side) / 2);
  return [left, top, left + side, top + side];
}

function placed([left, top, right, bottom], width, height) {
  return [halfToEven(left * width), halfToEven(top * height), halfToEven(right * width), halfToEven(bottom * height)];
}

/** Python's round: a half goes to the even neighbour. */
export function halfToEven(number) {
  const down = Math.floor(number);
  if (number - down !== 0.5) return Math.round(number);
  return down % 2 === 0 ? down : down + 1;
}

/** The RGBA bytes of a box. */
export function cut(rgba, width, left, top, right, bottom) {
  const size = (right - left) * 4;
  const out = new Uint8ClampedArray(size * (bottom - top));
  for (let row = top; row < bottom; row += 1) {
    const from = (row * width + left) * 4;
    out.set(rgba.subarray(from, from + size), (row - top) * size);
  }
  return out;
}
