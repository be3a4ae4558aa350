// Runs in a worker of the browser, as it stands here: see README.md. It decodes one picture and is ended.
/* global libheif, importScripts */
importScripts("libheif.js");

/** More pixels than any phone takes would fill the memory of one. */
const mostPixels = 100_000_000;

async function decode(bytes) {
  const wasmBinary = await (await fetch("libheif.wasm")).arrayBuffer();
  const images = new (libheif({ wasmBinary }).HeifDecoder)().decode(bytes);
  const image = images.find((each) => each.is_primary()) ?? images[0];
  if (!image) throw new Error("no picture");
  const width = image.get_width();
  const height = image.get_height();
  if (width * height > mostPixels) throw new Error("too many pixels");
  const data = new Uint8ClampedArray(width * height * 4);
  const shown = await new Promise((resolve) => image.display({ data, width, height }, resolve));
  if (!shown) throw new Error("not decoded");
  return { width, height, data };
}

self.onmessage = async ({ data: bytes }) => {
  try {
    const picture = await decode(new Uint8Array(bytes));
    self.postMessage(picture, [picture.data.buffer]);
  } catch (error) {
    self.postMessage({ problem: String(error) });
  }
};
