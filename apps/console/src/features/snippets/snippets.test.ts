import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Asked, askedOnce } from "./asked.ts";
import { ink } from "./ink.ts";
import { literal, type Value } from "./literal.ts";
import { snippets } from "./snippets.ts";

const reach = { origin: "https://lyceum.example.edu", key: "sk-ly-abc" };
const sourceOf = (
  id: string,
  asked: Asked = askedOnce("qwen3-235b", "用一句话解释熵"),
  key: string | null = reach.key,
) => {
  const snippet = snippets(asked, { ...reach, key }).find((each) => each.id === id);
  if (snippet === undefined) throw new Error(`no snippet ${id}`);
  return snippet.source;
};
const text = (text: string) => [{ kind: "text", text } as const];

describe("snippets", () => {
  it("hold address, key and model for every client", () => {
    for (const { id, source } of snippets(askedOnce("qwen3-235b", "熵"), reach)) {
      for (const part of [reach.origin, "sk-ly-abc", "qwen3-235b"]) expect(source, id).toContain(part);
    }
  });

  it("read the key from the environment where there is none to show", () => {
    for (const { id, source } of snippets(askedOnce("qwen3-235b", "熵"), { ...reach, key: null })) {
      expect(source, id).toContain("LYCEUM_KEY");
      expect(source, id).not.toContain("null");
    }
    expect(sourceOf("python-openai", undefined, null)).toMatch(/^import os\n/);
  });

  it("send nothing that nobody set", () => {
    for (const { id, source } of snippets(askedOnce("m", "q"), reach)) {
      expect(source, id).not.toMatch(/temperature|top_?p|penalty|seed|stop|effort|\bconfig=|(?<!_)options=/i);
    }
  });

  it("give each library a setting in its own words, and leave out what it has no word for", () => {
    const asked: Asked = {
      ...askedOnce("m", "q"),
      system: "Be brief.",
      parameters: { temperature: 0.5, topP: 0.9, maxTokens: 100, seed: 7, stop: ["END"], presencePenalty: 1 },
    };
    expect(sourceOf("python-openai", asked)).toContain('{"role": "system", "content": "Be brief."}');
    expect(sourceOf("python-anthropic", asked)).toMatch(
      /max_tokens=100,\n[\s\S]*system="Be brief\.",[\s\S]*stop_sequences=\["END"\]/,
    );
    expect(sourceOf("python-anthropic", asked)).not.toMatch(/seed|penalty/);
    expect(sourceOf("python-google", asked)).toMatch(
      /"system_instruction": "Be brief\."[\s\S]*"max_output_tokens": 100/,
    );
    expect(sourceOf("javascript-google", asked)).toMatch(/systemInstruction: "Be brief\."[\s\S]*maxOutputTokens: 100/);
    expect(sourceOf("python-ollama", asked)).toMatch(/"num_predict": 100/);
  });

  it("give curl a body that bash passes on as the same JSON, quotes and all", () => {
    const question = `it's "hot" — \\ $HOME \`date\`\n\t!`;
    const script = sourceOf("curl", askedOnce("m", question)).replace(/^curl/, "printf '%s\\0'");
    const words = execFileSync("bash", ["-c", script], { encoding: "utf8" }).split("\0");
    expect(JSON.parse(words[words.indexOf("-d") + 1] ?? "")).toEqual({
      model: "m",
      messages: [{ role: "user", content: question }],
    });
  });

  it("leave out what can't send a picture, and pipe it to curl, since no argument may be so long", () => {
    const image = { kind: "image", file: "it's.png", mediaType: "image/png" } as const;
    const asked: Asked = { model: "m", messages: [{ role: "user", parts: [image, ...text("What's this?")] }] };
    expect(snippets(asked, reach).map(({ id }) => id)).not.toContain("powershell");
    const script = sourceOf("curl", asked)
      .replace("base64 < 'it'\\''s.png'", "printf 'AAAA'")
      .replace(/\| curl [\s\S]*$/, "");
    const body: unknown = JSON.parse(execFileSync("bash", ["-c", script], { encoding: "utf8" }));
    expect(body).toMatchObject({
      messages: [{ content: [{ image_url: { url: "data:image/png;base64,AAAA" } }, { text: "What's this?" }] }],
    });
  });
});

const value = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.string({ unit: "binary", maxLength: 80 }),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (Object.is(number, -0) ? 0 : number)),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(
      fc.string({ maxLength: 8 }).filter((key) => key !== "__proto__"),
      tie("value"),
      { maxKeys: 4 },
    ),
  ),
})).value;

describe("literals", () => {
  it("mean the value, in JSON and JavaScript", () => {
    fc.assert(
      fc.property(value, (each) => {
        expect(JSON.parse(literal(each, "json"))).toEqual(each);
        expect(new Function(`return (${literal(each, "javascript")})`)()).toEqual(each);
      }),
    );
  });

  it("mean the value, in Python", () => {
    const values = fc.sample(value, 200);
    const program =
      "import ast, json, sys\nprint(json.dumps([ast.literal_eval(each) for each in json.load(sys.stdin)]))";
    const input = JSON.stringify(values.map((each) => literal(each, "python")));
    expect(JSON.parse(execFileSync("python3", ["-c", program], { input, encoding: "utf8" }))).toEqual(values);
  });
});

describe("ink", () => {
  it("leaves the source as it is", () => {
    const language = fc.constantFrom("shell", "python", "javascript");
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."ab'\"\\#/- \n@1.import") }), language, (source, kind) => {
        const joined = ink(source, kind).map((piece) => (typeof piece === "string" ? piece : piece[1]));
        expect(joined.join("")).toBe(source);
      }),
    );
  });

  it("knows strings, comments, words and numbers", () => {
    expect(ink('x = f("# no") # yes', "python")).toEqual(["x = f(", ["s", '"# no"'], ") ", ["c", "# yes"]]);
    expect(ink("return 0.5", "python")).toEqual([["k", "return"], " ", ["n", "0.5"]]);
  });
});
