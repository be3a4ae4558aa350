import { imageTypes } from "./routes.ts";

/** The longest side that vision models look at; more only costs tokens and time. */
const longestSide = 2048;
const smallEnoughBytes = 1_000_000;

/** Why a picture can't be sent: neither the browser nor the decoder for HEIC can read it. */
export class UnreadableImage extends Error {}

/** The picture as it is sent: as it is when it is small and of a kind that models take, else smaller and as JPEG. */
export async function fitImage(file: File): Promise<Blob> {
  const isTaken = (imageTypes as readonly string[]).includes(file.type);
  if (file.type === "image/gif" && file.size <= smallEnoughBytes) return file;
  const bitmap = await readBitmap(file);
  if (!bitmap) throw new UnreadableImage(file.name);
  const scale = Math.min(1, longestSide / Math.max(bitmap.width, bitmap.height));
  try {
    if (isTaken && scale === 1 && file.size <= smallEnoughBytes) return file;
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    const context = canvas.getContext("2d");
    if (!context) throw new UnreadableImage(file.name);
    // A transparent picture (a plot) would become black as JPEG.
    context.fillStyle = "#ffffff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.9));
    if (!blob) throw new UnreadableImage(file.name);
    return blob;
  } finally {
    bitmap.close();
  }
}

async function readBitmap(file: File): Promise<ImageBitmap | null> {
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (bitmap || !isHeic(file)) return bitmap;
  try {
    const { decodeHeic } = await import("./heic/decode-heic.ts");
    return await decodeHeic(file);
  } catch (error) {
    console.warn(error); // its person is told what to do instead
    return null;
  }
}

/** Whether a file is the kind that phones take photos in. */
export function isHeic({ type, name }: Pick<File, "type" | "name">): boolean {
  return /^image\/hei[cf]/.test(type) || /\.(heic|heif|hif)$/i.test(name);
}

/** Whether a file is a picture, also where the system doesn't know its type. */
export function isImage(file: Pick<File, "type" | "name">): boolean {
  return file.type.startsWith("image/") || isHeic(file);
}
