import { digestData, inspect } from "./inspect.ts";
import { shortText } from "./passages.ts";
import { cutText, listPieces, numberedPieces } from "./pieces.ts";
import { answer, type Citation, type Piece, type Script } from "./plan.ts";
import { exampleObject } from "./tool-calls.ts";

const source = (number: number): Citation => ({
  url: `https://example.org/source-${number}`,
  title: `Source ${number}`,
  citedText: "E = mc²",
});
const citedPieces: readonly Piece[] = [
  { kind: "text", text: "Rest energy is " },
  { kind: "text", text: "E = mc²." },
  { kind: "citation", citation: source(1) },
  { kind: "citation", citation: source(2) },
];
const fastPieces = listPieces([{ kind: "text", text: "ok" }]);

/** Scripts that answer as a healthy upstream would. */
export const answerScripts: readonly Script[] = [
  {
    family: "demo-text",
    example: "demo-text",
    description: "a short fixed answer in Chinese and English",
    plan: () => answer(cutText(shortText)),
  },
  {
    family: "demo-echo",
    example: "demo-echo",
    description: "answers with the text of the last user message",
    plan: (call) => answer(cutText(call.lastUserText)),
  },
  {
    family: "demo-echo-every-MSms",
    example: "demo-echo-every-5ms",
    description: "the same in pieces of about four characters, MS milliseconds before each",
    plan: (call, [everyMs = 0]) => answer(cutText(call.lastUserText), { everyMs }),
  },
  {
    family: "demo-fast",
    example: "demo-fast",
    description: 'answers "ok" at once: the target of benchmarks',
    plan: () => answer(fastPieces),
  },
  {
    family: "demo-chunks-N",
    example: "demo-chunks-200",
    description: 'N content chunks "0 ", "1 ", "2 ", … without delay',
    plan: (_call, [count = 0]) => answer(numberedPieces(count)),
  },
  {
    family: "demo-chunks-N-every-MSms",
    example: "demo-chunks-50-every-100ms",
    description: "the same, MS milliseconds before each chunk",
    plan: (_call, [count = 0, everyMs = 0]) => answer(numberedPieces(count), { everyMs }),
  },
  {
    family: "demo-image",
    example: "demo-image",
    description: "one line for each image in the last user message: sha256:HEX bytes:N type:MIME",
    plan: (call) =>
      answer(
        call.imageUrls.length === 0
          ? cutText("no image")
          : listPieces(call.imageUrls.map((url) => ({ kind: "text", text: `${digestData(url)}\n` }))),
      ),
  },
  {
    family: "demo-file",
    example: "demo-file",
    description: "the same for each PDF and each piece of audio in the last user message",
    plan: (call) =>
      answer(
        call.fileUrls.length === 0
          ? cutText("no file")
          : listPieces(call.fileUrls.map((url) => ({ kind: "text", text: `${digestData(url)}\n` }))),
      ),
  },
  {
    family: "demo-inspect",
    example: "demo-inspect",
    description:
      "one chunk that no limit cuts, a JSON object of what it understood: system, turns, tools, toolChoice, toolResults, thinking, schema, stop, temperature, topP, …",
    plan: (call) =>
      answer(listPieces([{ kind: "text", text: JSON.stringify(inspect(call)) }]), { quirks: { ignoresStops: true } }),
  },
  {
    family: "demo-json",
    example: "demo-json",
    description: "a JSON object with a value for every property of the schema asked for; without a schema {}",
    plan: (call) => answer(cutText(JSON.stringify(exampleObject(call.schema)))),
  },
  {
    family: "demo-two-texts",
    example: "demo-two-texts",
    description: "two blocks of text (case 35); one text where the protocol has no blocks",
    plan: () =>
      answer(
        listPieces([
          { kind: "text", text: "First block. " },
          { kind: "text", text: "Second block.", opensBlock: true },
        ]),
      ),
  },
  {
    family: "demo-citations",
    example: "demo-citations",
    description: "a sentence with two sources, where the protocol has a word for them",
    plan: () => answer(listPieces(citedPieces)),
  },
  {
    family: "demo-n",
    example: "demo-n",
    description: "the short answer, as many times as n says (every model does this, up to 8)",
    plan: () => answer(cutText(shortText)),
  },
];
