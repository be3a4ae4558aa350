import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { zipBomb } from "./testing/zip-bomb.ts";

const sheet = "xl/worksheets/sheet1.xml";
const head = "<worksheet><sheetData>";

/** Reads with a heap of 64 MB: a reader that held 100 MB of text, or what it makes of them, would end the thread. */
async function readInLittleMemory(file: Uint8Array<ArrayBuffer>): Promise<unknown> {
  const worker = new Worker(new URL("./testing/read-in-worker.ts", import.meta.url), {
    workerData: file,
    resourceLimits: { maxOldGenerationSizeMb: 48, maxYoungGenerationSizeMb: 16 },
  });
  const [code] = await once(worker, "message");
  await worker.terminate();
  return code;
}

describe("zip bombs", () => {
  it.each([
    ["blanks", sheet, `${head}<row/>`, " ", "xlsx_broken"],
    ["one text without an end", sheet, `${head}<row><c t="inlineStr"><is><t>`, "9", "xlsx_broken"],
    ["one attribute without an end", sheet, `${head}<row r="`, "9", "xlsx_broken"],
    ["rows", sheet, head, "<row><c><v>1</v></c></row>", "too_many_rows"],
    ["cells", sheet, `${head}<row>`, "<c><v>1</v></c>", "too_many_columns"],
    ["tags", sheet, head, "<a/>", "too_many_rows"],
    ["open tags", sheet, head, "<a>", "xlsx_broken"],
    ["text that nobody reads", sheet, head, `<a>${"9".repeat(993)}</a>`, "unpacked_too_large"],
    ["styles", "xl/styles.xml", "<styleSheet><cellXfs>", '<xf numFmtId="1"/>', "xlsx_broken"],
    ["strings", "xl/sharedStrings.xml", "<sst>", "<si><t>9</t></si>", "too_many_rows"],
    ["entities", "xl/sharedStrings.xml", "<!DOCTYPE x [", '<!ENTITY a "b">', "xlsx_broken"],
  ])("are refused without being held: %s", async (_, part, start, repeat, code) => {
    const bomb = zipBomb(part, start, repeat, code === "unpacked_too_large" ? 101_000_000 : 60_000_000);
    expect(bomb.length).toBeLessThan(1_000_000);
    expect(await readInLittleMemory(bomb)).toBe(code);
  });
});
