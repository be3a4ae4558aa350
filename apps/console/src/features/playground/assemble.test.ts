import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Assembly, assembleRequest, type HistoryTurn } from "./assemble.ts";
import { parametersSchema, reasoningEfforts, reservedFields } from "./parameters.ts";

const turn = (kind: HistoryTurn["kind"], text: string, changes: Partial<HistoryTurn> = {}): HistoryTurn => ({
  ...{ kind, text, isContinuation: false, files: [], images: [] },
  ...changes,
});
const assembly = (history: HistoryTurn[], changes: Partial<Assembly> = {}): Assembly => ({
  ...{ model: "m", hasVision: true, systemPrompt: "", parameters: {}, history, goesOn: false },
  ...changes,
});
const messagesOf = (given: Assembly) => assembleRequest(given).body.messages;
const picture = "data:image/png;base64,iVBORw0KGgo";

describe("a request of the playground", () => {
  it("holds nothing that nobody set", () => {
    const { body } = assembleRequest(assembly([turn("question", "hi")]));
    expect(body).toEqual({
      model: "m",
      messages: [{ role: "user", content: "hi" }],
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  it("holds just the parameters that are set, for any set of them", () => {
    const set = fc.record(
      {
        temperature: fc.double({ min: 0, max: 2, noNaN: true }),
        top_p: fc.double({ min: 0, max: 1, noNaN: true }),
        max_tokens: fc.integer({ min: 1, max: 1_000 }),
        presence_penalty: fc.constant(0),
        frequency_penalty: fc.constant(-2),
        seed: fc.integer(),
        stop: fc.array(fc.string({ minLength: 1, maxLength: 9 }), { minLength: 1, maxLength: 3 }),
        reasoning_effort: fc.constantFrom(...reasoningEfforts),
        extra: fc.dictionary(fc.constantFrom("top_k", "min_p", "enable_thinking", "temperature"), fc.integer()),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(set, (parameters) => {
        const { model, messages, stream, stream_options, ...rest } = assembleRequest(
          assembly([turn("question", "hi")], { parameters: parametersSchema.parse(parameters) }),
        ).body;
        const { extra, ...own } = parameters;
        expect(rest).toEqual({ ...extra, ...own });
        expect([model, messages.length, stream]).toEqual(["m", 1, true]);
      }),
    );
  });

  it("lets extra JSON change neither model, messages nor stream", () => {
    for (const field of reservedFields)
      expect(parametersSchema.safeParse({ extra: { [field]: 1 } }).success).toBe(false);
    expect(
      parametersSchema.safeParse({ extra: { top_k: 20, chat_template_kwargs: { enable_thinking: false } } }).success,
    ).toBe(true);
    expect(parametersSchema.safeParse({ extra: { x: "y".repeat(30_000) } }).success).toBe(false);
    expect(parametersSchema.safeParse({ tempreature: 1 }).success).toBe(false);
  });

  it("has turns about, whatever was deleted, and loses no word of them", () => {
    const turns = fc.array(
      fc.record({
        kind: fc.constantFrom("question", "answer"),
        text: fc.constantFrom("", "a", "b"),
        cont: fc.boolean(),
        image: fc.boolean(),
      }),
    );
    fc.assert(
      fc.property(turns, fc.boolean(), (shapes, hasVision) => {
        const history = shapes.map(({ kind, text, cont, image }) =>
          turn(kind as "question", text, {
            isContinuation: cont && kind === "answer",
            images: image && kind === "question" ? [picture] : [],
          }),
        );
        const { body, droppedImages } = assembleRequest(assembly(history, { hasVision }));
        for (const [index, message] of body.messages.entries())
          expect(message.role).not.toBe(body.messages[index + 1]?.role);
        const parts = body.messages.flatMap(({ content }) =>
          typeof content === "string" ? [{ type: "text", text: content } as const] : content,
        );
        const words = parts
          .map((part) => (part.type === "text" ? part.text : ""))
          .join("")
          .replaceAll("\n", "");
        expect(words).toBe(history.map(({ text }) => text).join(""));
        const all = history.reduce((sum, { images }) => sum + images.length, 0);
        expect(parts.filter(({ type }) => type === "image_url")).toHaveLength(hasVision ? all : 0);
        expect(droppedImages).toBe(hasVision ? 0 : all);
      }),
    );
  });

  it("puts the system prompt first, files before the words, pictures after them", () => {
    const question = turn("question", "why?", { files: [{ name: 'a "b".txt', text: "content" }], images: [picture] });
    expect(messagesOf(assembly([question], { systemPrompt: "be short" }))).toEqual([
      { role: "system", content: "be short" },
      {
        role: "user",
        content: [
          { type: "text", text: '<file name="a \\"b\\".txt">\ncontent\n</file>\n\nwhy?' },
          { type: "image_url", image_url: { url: picture } },
        ],
      },
    ]);
  });

  it("asks to go on where an answer stopped, in its language; what goes on is one answer later", () => {
    const partial = [turn("question", "q"), turn("answer", "从前有")];
    const [, , more] = messagesOf(assembly(partial, { goesOn: true }));
    expect(more).toMatchObject({ role: "user", content: expect.stringContaining("接着写") });
    const later = [...partial, turn("answer", "座山", { isContinuation: true }), turn("question", "q2")];
    expect(messagesOf(assembly(later)).map(({ content }) => content)).toEqual(["q", "从前有座山", "q2"]);
    expect(messagesOf(assembly([turn("question", "q"), turn("answer", "")], { goesOn: true }))).toHaveLength(1);
  });

  it("is counted about, pictures too", () => {
    const { inputTokens } = assembleRequest(
      assembly([turn("question", "word ".repeat(1_000), { images: [picture + "A".repeat(5_000)] })]),
    );
    expect(inputTokens).toBeGreaterThan(2_300);
    expect(inputTokens).toBeLessThan(3_200);
  });
});
