import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { playgroundLimits } from "../contract.ts";
import { readPdf } from "./read-pdf.ts";
import { readUpload } from "./read-upload.ts";

const workerFile = fileURLToPath(new URL("./pdf-worker.ts", import.meta.url));
// A thread takes seconds to begin on a busy machine.
const read = (bytes: Uint8Array) => readPdf(bytes, { workerFile, waitMs: 120_000 });
const upload = (bytes: Buffer | string, name = "a") => readUpload(Buffer.from(bytes), name, read);

/** A PDF with so many pages, each with one line. */
function pdf(lines: readonly string[]): Buffer {
  const kids = lines.map((_, index) => `${10 + 2 * index} 0 R`).join(" ");
  const objects = lines.flatMap((line, index) => {
    const content = line === "" ? "" : `BT /F1 12 Tf 10 100 Td (${line}) Tj ET`;
    return [
      `${10 + 2 * index} 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents ${11 + 2 * index} 0 R /Resources <</Font <</F1 3 0 R>>>>>> endobj`,
      `${11 + 2 * index} 0 obj <</Length ${content.length}>> stream\n${content}\nendstream endobj`,
    ];
  });
  const head = [
    "%PDF-1.4",
    "1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj",
    `2 0 obj <</Type /Pages /Kids [${kids}] /Count ${lines.length}>> endobj`,
    "3 0 obj <</Type /Font /Subtype /Type1 /BaseFont /Helvetica>> endobj",
  ];
  return Buffer.from([...head, ...objects, "trailer <</Root 1 0 R>>", "%%EOF"].join("\n"));
}

describe("a file for a question", () => {
  it("is an image by its bytes, whatever its name says", async () => {
    const png = Buffer.from("\x89PNG\r\n\x1a\n....", "latin1");
    expect(await upload(png, "C:\\photos\\x.txt")).toMatchObject({
      kind: "image",
      mediaType: "image/png",
      name: "x.txt",
      text: null,
    });
    expect(await upload(Buffer.from("RIFF....WEBPVP8 "))).toMatchObject({ mediaType: "image/webp" });
    const large = Buffer.concat([png, Buffer.alloc(playgroundLimits.imageBytes)]);
    expect(await upload(large)).toMatchObject({ code: "too_large", en: "The file is larger than 4 MB." });
  });

  it("is text in UTF-8 or GB18030, cut where it is very long, and nothing else", async () => {
    expect(await upload("熵增", "../../n\u0000ote.md")).toMatchObject({
      kind: "text",
      text: "熵增",
      name: "note.md",
      isCut: false,
    });
    expect(await upload(Buffer.from([0xec, 0xd8, 0xd4, 0xf6]))).toMatchObject({ text: "熵增" });
    const long = await upload("a".repeat(playgroundLimits.fileTextLength + 1));
    expect(long).toMatchObject({ isCut: true });
    expect(await upload(Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 0]))).toMatchObject({ code: "unsupported" });
    expect(await upload("")).toMatchObject({ code: "empty" });
    expect(await upload("a".repeat(playgroundLimits.textBytes + 1))).toMatchObject({ code: "too_large" });
  });

  it("is the text of a PDF, page by page; a scan has none", async () => {
    expect(await upload(pdf(["Entropy grows", "or stays"]))).toMatchObject({
      ...{ kind: "pdf", pages: 2, text: "Entropy grows\n\nor stays", isCut: false },
    });
    expect(await upload(pdf([""]))).toMatchObject({ code: "no_text" });
    expect(await upload("%PDF-1.7 nonsense")).toMatchObject({ code: "unreadable" });
    const many = await upload(pdf(Array.from({ length: playgroundLimits.pdfPages + 1 }, () => "x")));
    expect(many).toMatchObject({ pages: playgroundLimits.pdfPages + 1, isCut: true });
  }, 240_000);

  it("that takes too long to read is given up, whatever its thread does", async () => {
    expect(await readPdf(pdf(["x"]), { workerFile, waitMs: 1 })).toEqual({ problem: "too-slow" });
    expect(await readPdf(pdf(["x"]), { workerFile: "/nowhere.ts" })).toEqual({ problem: "unreadable" });
  });
});
