// Runs in a thread of its own, by its source: see read-pdf.ts. Whatever a PDF does in here, time and memory are bounded from outside.
import { parentPort, workerData } from "node:worker_threads";
import { getDocumentProxy } from "unpdf";

interface Job {
  bytes: Uint8Array;
  mostPages: number;
  mostLength: number;
}

interface PdfText {
  pages: number;
  text: string;
  isCut: boolean;
}

/** Fonts often name 力 by the radical that looks like it (U+2F12), and "fi" by its ligature: models and searches read neither. */
function plain(text: string): string {
  return text.replaceAll("\0", "").replace(/[\u2e80-\u2fdf\ufb00-\ufb06]/g, (character) => character.normalize("NFKC"));
}

async function textOf({ bytes, mostPages, mostLength }: Job): Promise<PdfText> {
  const document = await getDocumentProxy(bytes, { verbosity: 0 });
  const pages = document.numPages;
  let text = "";
  let page = 1;
  for (; page <= Math.min(pages, mostPages) && text.length <= mostLength; page++) {
    const { items } = await (await document.getPage(page)).getTextContent();
    const words = items.map((item) => ("str" in item ? item.str + (item.hasEOL ? "\n" : "") : "")).join("");
    if (words.trim() !== "") text += `${text === "" ? "" : "\n\n"}${plain(words.trim())}`;
  }
  return { pages, text: text.slice(0, mostLength), isCut: page <= pages || text.length > mostLength };
}

try {
  parentPort?.postMessage(await textOf(workerData as Job));
} catch (error) {
  const isLocked = error instanceof Error && error.name === "PasswordException";
  parentPort?.postMessage({ problem: isLocked ? "locked" : "unreadable" });
}
