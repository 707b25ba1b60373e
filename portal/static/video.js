// vpdq of a video, read frame by frame on this device (fingerprints/video.py): needs the page, a worker cannot play a video.

import { cut, halfToEven } from "./crop.js";
import { pdq } from "./pdq.js";
import { Refused, drawn } from "./pixels.js";

const EVERY = 0.5; // seconds between two moments
const MOST = 300; // moments: of a longer video fewer a second
const LONGEST = 512; // pixels of the frames that are hashed
const MIDDLES = [0.9, 0.8]; // windows of a frame: a zoom or a crop of the video
const LEAST_QUALITY = 50;
const PATIENCE = 15_000; // milliseconds for one frame

/** The vpdq line of a video's file; `told` is called with the share that is done. Throws Refused. */
export async function linesOf(file, id, told) {
  const address = URL.createObjectURL(file);
  const player = Object.assign(document.createElement("video"), { muted: true, preload: "auto", playsInline: true });
  try {
    await event(player, "loadeddata", () => { player.src = address; });
    const rows = await moments(player, told);
    const qualities = rows.map(({ quality }) => quality).sort((a, b) => a - b);
    if (qualities.length === 0) throw new Refused("unreadable");
    const value = JSON.stringify(rows.map((row) => `${row.value},${row.quality},${row.at.toFixed(3)}`));
    const best = qualities.at(-1);
    const half = qualities.length / 2;
    const median = Math.floor((qualities[Math.ceil(half) - 1] + qualities[Math.floor(half)]) / 2);
    return [{ id, type: "vpdq", value, quality: best < LEAST_QUALITY ? best : median, refused: null }];
  } finally {
    player.removeAttribute("src");
    player.load();
    URL.revokeObjectURL(address);
  }
}

async function moments(player, told) {
  const end = Number.isFinite(player.duration) ? player.duration : 0;
  const step = Math.max(EVERY, end / MOST);
  const rows = [];
  for (let at = 0; at <= end; at += step) {
    await event(player, "seeked", () => { player.currentTime = at; });
    rows.push(...readings(player).map((reading) => ({ ...reading, at })));
    told(end ? at / end : 1);
  }
  return rows;
}

function readings(player) {
  const scale = Math.min(1, LONGEST / Math.max(player.videoWidth, player.videoHeight));
  const [width, height] = [player.videoWidth, player.videoHeight].map((side) => Math.max(1, halfToEven(side * scale)));
  const { data } = drawn(player, width, height);
  return [1, ...MIDDLES].map((share) => {
    const across = halfToEven((width * (1 - share)) / 2);
    const down = halfToEven((height * (1 - share)) / 2);
    return pdq(cut(data, width, across, down, width - across, height - down), width - 2 * across, height - 2 * down);
  });
}

/** Do something and wait for the event that says it is done. */
function event(player, name, act) {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Refused("unreadable")), PATIENCE);
    const settled = (then, value) => () => { clearTimeout(late); then(value); };
    player.addEventListener(name, settled(resolve), { once: true });
    player.addEventListener("error", settled(reject, new Refused("not_a_picture")), { once: true });
    act();
  });
}
