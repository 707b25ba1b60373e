// PDQ of decoded pixels, equal bit for bit to fingerprints/pdq.py: every sum is rounded to single precision where that one is.
// The picture rule for both sides stands in docs/decisions (pixels: upright, sRGB, transparency laid on black, full size).

const GRID = 64;
const LOW = 16;
const MIN_SIDE = 5;
const round = Math.fround;

const DCT = (() => {
  const table = new Float32Array(LOW * GRID);
  const scale = round(Math.sqrt(2 / GRID));
  for (let i = 0; i < LOW; i += 1) {
    for (let j = 0; j < GRID; j += 1) table[i * GRID + j] = scale * Math.cos((Math.PI / 2 / GRID) * ((i + 1) * (2 * j + 1)));
  }
  return table;
})();

/** {value, quality} of RGBA bytes: 64 lowercase hexadecimal digits, quality 0 to 100. */
export function pdq(rgba, width, height) {
  if (Math.min(width, height) < MIN_SIDE) return { value: "0".repeat(64), quality: 0 };
  const grid = sampled(luminance(rgba, width * height), width, height);
  return { value: bits(transformed(grid)), quality: quality(grid) };
}

function luminance(rgba, count) {
  const out = new Float32Array(count);
  for (let at = 0, from = 0; at < count; at += 1, from += 4) {
    out[at] = rgba[from] * 0.299 + rgba[from + 1] * 0.587 + rgba[from + 2] * 0.114;
  }
  return out;
}

function sampled(picture, width, height) {
  if (width === GRID && height === GRID) return picture;
  const other = new Float32Array(picture.length);
  for (let pass = 0; pass < 2; pass += 1) {
    alongRows(picture, other, width, height);
    downColumns(other, picture, width, height);
  }
  return points(picture, width, height);
}

function windowOf(side) {
  return Math.floor((side + 2 * GRID - 1) / (2 * GRID));
}

/** For each place of a running mean over `length`: what enters, what leaves, where it is written, by what it is divided. */
function* steps(length) {
  const window = windowOf(length);
  const half = Math.floor((window + 2) / 2);
  for (let right = 0; right < length + half - 1; right += 1) {
    const present = Math.min(right + 1, length) - Math.max(0, right - window + 1);
    yield [right < length ? right : -1, right - window, right - half + 1, present];
  }
}

function alongRows(from, to, width, height) {
  const plan = [...steps(width)];
  for (let row = 0; row < height; row += 1) {
    const base = row * width;
    let total = 0;
    for (const [enters, leaves, place, present] of plan) {
      if (enters >= 0) total = round(total + from[base + enters]);
      if (leaves >= 0) total = round(total - from[base + leaves]);
      if (place >= 0) to[base + place] = total / present;
    }
  }
}

/** The same down the columns, all of them at once: a picture lies in memory row by row. */
function downColumns(from, to, width, height) {
  const totals = new Float32Array(width);
  for (const [enters, leaves, place, present] of steps(height)) {
    for (let at = 0; enters >= 0 && at < width; at += 1) totals[at] += from[enters * width + at];
    for (let at = 0; leaves >= 0 && at < width; at += 1) totals[at] -= from[leaves * width + at];
    for (let at = 0; place >= 0 && at < width; at += 1) to[place * width + at] = totals[at] / present;
  }
}

function points(picture, width, height) {
  const grid = new Float32Array(GRID * GRID);
  for (let i = 0; i < GRID; i += 1) {
    const row = Math.floor(((i + 0.5) * height) / GRID) * width;
    for (let j = 0; j < GRID; j += 1) grid[i * GRID + j] = picture[row + Math.floor(((j + 0.5) * width) / GRID)];
  }
  return grid;
}

/** The 16 x 16 lowest frequencies of the cosine transform without the constant one, summed in order. */
function transformed(grid) {
  const columns = new Float32Array(LOW * GRID);
  for (let k = 0; k < GRID; k += 1) {
    for (let i = 0; i < LOW; i += 1) {
      const factor = DCT[i * GRID + k];
      for (let j = 0; j < GRID; j += 1) columns[i * GRID + j] += round(factor * grid[k * GRID + j]);
    }
  }
  const out = new Float32Array(LOW * LOW);
  for (let k = 0; k < GRID; k += 1) {
    for (let i = 0; i < LOW; i += 1) {
      for (let j = 0; j < LOW; j += 1) out[i * LOW + j] += round(columns[i * GRID + k] * DCT[j * GRID + k]);
    }
  }
  return out;
}

function bits(coefficients) {
  const median = Float32Array.from(coefficients).sort()[LOW * LOW / 2 - 1];
  let text = "";
  for (let at = LOW * LOW - 1; at > 0; at -= 4) {
    let digit = 0;
    for (let bit = 0; bit < 4; bit += 1) digit = digit * 2 + (coefficients[at - bit] > median ? 1 : 0);
    text += digit.toString(16);
  }
  return text;
}

function quality(grid) {
  let steps = 0;
  for (let i = 0; i < GRID; i += 1) {
    for (let j = 0; j < GRID; j += 1) {
      const here = grid[i * GRID + j];
      if (i + 1 < GRID) steps += percent(grid[(i + 1) * GRID + j], here);
      if (j + 1 < GRID) steps += percent(grid[i * GRID + j + 1], here);
    }
  }
  return Math.min(100, Math.floor(steps / 90));
}

function percent(next, here) {
  return Math.abs(Math.trunc(round(round(round(next - here) * 100) / 255)));
}
