import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { snippets } from "#features/snippets/snippets.ts";
import { askedOf, pictureMark } from "./asked-of.ts";
import { assembleRequest, type HistoryTurn } from "./assemble.ts";

const question = (changes: Partial<HistoryTurn>): HistoryTurn => ({
  ...{ kind: "question", text: "", isContinuation: false, files: [], images: [], ...changes },
});
const assembled = (history: HistoryTurn[], parameters: Parameters<typeof assembleRequest>[0]["parameters"] = {}) =>
  assembleRequest({ model: "m", hasVision: true, systemPrompt: "Be 'short'", parameters, history, goesOn: false }).body;
const picture = (id: string, name: string, mediaType = "image/png") => ({ id, name, mediaType });
const reach = { origin: "http://host:3000", key: null };

it("says in every client what is sent, a PDF's text too, and nothing that was not set", () => {
  const body = assembled([question({ text: "熵?", files: [{ name: "notes.pdf", text: "Entropy grows" }] })]);
  const { asked, files } = askedOf(body, []);
  expect(files).toEqual([]);
  for (const { id, kind, source } of snippets(asked, reach)) {
    if (kind === "agent") continue;
    for (const part of ["熵?", "Entropy grows", "notes.pdf"]) expect(source, id).toContain(part);
    expect(source, id).not.toMatch(/top_?p|temperature|stream|seed/i);
  }
});

it("puts each picture beside the code under a name of its own that any shell takes, once however often it is sent", () => {
  const pictures = [picture("1", "图 1 'a'.heic", "image/jpeg"), picture("2", "x.png"), picture("3", "X.PNG")];
  const images = pictures.map(({ id }) => pictureMark(id));
  const body = assembled([
    question({ text: "first", images }),
    question({ kind: "answer", text: "one" }),
    question({ text: "again", images: [pictureMark("2")] }),
  ]);
  const { asked, files } = askedOf(body, pictures);
  expect(files).toEqual([
    { file: "图-1-a.jpg", attachmentId: "1" },
    { file: "x.png", attachmentId: "2" },
    { file: "X-2.png", attachmentId: "3" },
  ]);
  expect(asked.messages[0]?.parts).toContainEqual({ kind: "image", file: "图-1-a.jpg", mediaType: "image/jpeg" });
  for (const { id, source } of snippets(asked, reach)) for (const { file } of files) expect(source, id).toContain(file);
});

it("gives parameters in each client's own words and further fields as they are, and names what a client has no word for", () => {
  const body = assembled([question({ text: "q" })], {
    ...{ seed: 7, stop: ["END"], reasoning_effort: "low", extra: { top_k: 5, stop: "x" } },
  });
  const { asked } = askedOf(body, []);
  expect(asked).toMatchObject({
    ...{ system: "Be 'short'", extra: { top_k: 5 }, parameters: { seed: 7, stop: ["END"], effort: "low" } },
  });
  const of = (id: string) => {
    const found = snippets(asked, reach).find((each) => each.id === id);
    if (!found) throw new Error(`no snippet ${id}`);
    return found;
  };
  expect(of("python-openai").source).toContain('extra_body={"top_k": 5}');
  expect(of("curl").source).toContain('"top_k": 5');
  expect(of("javascript-openai").source).toContain("top_k: 5");
  expect(of("curl").leftOut).toEqual([]);
  expect(of("python-anthropic").leftOut).toEqual(["seed", "reasoning_effort", "top_k"]);
  expect(of("python-ollama").leftOut).toEqual(["reasoning_effort", "top_k"]);
  // A field of the extra JSON that no client takes by its own word is said as it is.
  expect(askedOf(assembled([question({ text: "q" })], { extra: { stop: "x" } }), []).asked.extra).toEqual({
    stop: "x",
  });
});

it("pipes a long conversation to curl: no argument of a program may be so long", () => {
  const text = "熵".repeat(60_000);
  const { asked } = askedOf(assembled([question({ text })]), []);
  const source = snippets(asked, reach).find(({ id }) => id === "curl")?.source ?? "";
  const script = source.replace(/\| curl [\s\S]*$/, "");
  const sent = execFileSync("bash", { input: script, encoding: "utf8", maxBuffer: 1e7 });
  expect(JSON.parse(sent)).toMatchObject({ messages: [{ role: "system" }, { content: text }] });
});
