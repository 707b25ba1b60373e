// A picture's file to the pixels that both sides hash: upright, sRGB, transparency laid on black, full size.

const MOST_PIXELS = 25_000_000; // the limit of fingerprints/decode.py
const MOST_BYTES = 64_000_000;

export class Refused extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

/** {data, width, height}; throws Refused with the codes of fingerprints/decode.py. */
export async function pixelsOf(file) {
  if (file.size === 0) throw new Refused("empty");
  if (file.size > MOST_BYTES) throw new Refused("too_heavy");
  const bitmap = await opened(file);
  try {
    if (bitmap.width * bitmap.height > MOST_PIXELS) throw new Refused("too_many_pixels");
    return drawn(bitmap, bitmap.width, bitmap.height);
  } finally {
    bitmap.close();
  }
}

async function opened(file) {
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    throw new Refused("not_a_picture");
  }
}

/** The pixels of anything a canvas can draw: a bitmap, or the frame that a video shows. */
export function drawn(source, width, height) {
  const pen = canvasOf(width, height).getContext("2d", { willReadFrequently: true, colorSpace: "srgb" });
  pen.fillStyle = "#000";
  pen.fillRect(0, 0, width, height);
  pen.drawImage(source, 0, 0, width, height);
  return pen.getImageData(0, 0, width, height);
}

function canvasOf(width, height) {
  if (typeof OffscreenCanvas !== "undefined") return new OffscreenCanvas(width, height);
  return Object.assign(document.createElement("canvas"), { width, height });
}
