// Loaded where a HEIC is chosen that the browser can't read.

const workerAddress = "/playground/heic/worker.js";
/** A photo takes two seconds. */
const timeoutMs = 60_000;

type Answer = { width: number; height: number; data: Uint8ClampedArray<ArrayBuffer> } | { problem: string };

/** The picture in a HEIC, turned as it was taken. Throws where it can't be read. */
export async function decodeHeic(file: Blob): Promise<ImageBitmap> {
  const bytes = await file.arrayBuffer();
  const worker = new Worker(workerAddress);
  try {
    const answer = await new Promise<Answer>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("too slow")), timeoutMs);
      worker.onmessage = ({ data }: MessageEvent<Answer>) => {
        clearTimeout(timer);
        resolve(data);
      };
      worker.onerror = () => {
        clearTimeout(timer);
        reject(new Error("the worker did not start"));
      };
      worker.postMessage(bytes, [bytes]);
    });
    if ("problem" in answer) throw new Error(answer.problem);
    return await createImageBitmap(new ImageData(answer.data, answer.width, answer.height));
  } finally {
    worker.terminate();
  }
}
