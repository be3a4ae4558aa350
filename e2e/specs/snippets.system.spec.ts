import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { askedOf, pictureMark } from "../../apps/console/src/features/playground/asked-of.ts";
import { assembleRequest } from "../../apps/console/src/features/playground/assemble.ts";
import { type Asked, askedOnce } from "../../apps/console/src/features/snippets/asked.ts";
import { type Snippet, snippets } from "../../apps/console/src/features/snippets/snippets.ts";
import { verify } from "../src/books.ts";
import { type Campus, openCampus } from "../src/campus.ts";
import { findPython } from "../src/python.ts";
import { REPOSITORY, runProgram } from "../src/system.ts";

test.describe.configure({ mode: "serial" });

/** A red dot. */
const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mP8z8BQz0AEYBxVSF+FABJADveWkH6oAAAAAElFTkSuQmCC";

let campus: Campus;
let key: string;
let folder: string;
let python: string | null = null;

test.beforeAll(async () => {
  test.setTimeout(400_000);
  const found = await findPython();
  if ("python" in found) python = found.python;
  campus = await openCampus();
  await campus.offer(["demo-echo", "demo-image"]);
  ({ key } = await campus.student("10"));
  folder = await mkdtemp(join(tmpdir(), "lyceum-snippets-"));
  for (const name of ["image.png", "image-heic.png"]) await writeFile(join(folder, name), Buffer.from(PNG, "base64"));
  await symlink(join(REPOSITORY, "e2e", "node_modules"), join(folder, "node_modules"));
});
test.afterAll(async () => {
  await campus?.close();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

/** Runs code as a reader would after pasting it into a file; what it printed. */
async function run({ id, kind, source }: Snippet): Promise<string> {
  const file = join(folder, `${id}.${{ curl: "sh", python: "py", javascript: "mjs", agent: "sh" }[kind]}`);
  await writeFile(file, source);
  const program = kind === "python" ? (python ?? "python3") : kind === "javascript" ? process.execPath : "bash";
  const { code, stdout, stderr } = await runProgram(
    "bash",
    ["-c", 'cd "$0" && exec "$1" "$2"', folder, program, file],
    {
      LYCEUM_KEY: key,
    },
  );
  expect(code, `${id}: ${stderr}`).toBe(0);
  return stdout;
}

/** A question of the playground with a picture, what was read of a PDF, a setting and a field of the extra JSON; so much of it that no argument holds it. */
function playgroundAsk(): Asked {
  const pages = `Entropy grows. ${"熵增 ".repeat(20_000)}`;
  const { body } = assembleRequest({
    ...{ model: "demo-image", hasVision: true, systemPrompt: "Be brief.", goesOn: false },
    parameters: { temperature: 0.5, reasoning_effort: "low", extra: { top_k: 5 } },
    history: [
      {
        ...{ kind: "question", text: "What is this?", isContinuation: false },
        files: [{ name: "讲义.pdf", text: pages }],
        images: [pictureMark("1")],
      },
    ],
  });
  return askedOf(body, [{ id: "1", name: "image.heic.png", mediaType: "image/png" }]).asked;
}

const asks: Record<string, { asked: Asked; answer: RegExp }> = {
  "a question with every mark that a language quotes": {
    asked: askedOnce("demo-echo", `it's "hot" — \\n $HOME 熵 🙂\n\tlast line`),
    answer: /it's \\?"hot\\?" — \\+n \$HOME 熵 🙂(?:\n\t|\\n\\t)last line/,
  },
  "a conversation with every setting": {
    asked: {
      model: "demo-echo",
      system: "Be brief.",
      messages: [
        { role: "user", parts: [{ kind: "text", text: "first" }] },
        { role: "assistant", parts: [{ kind: "text", text: "answer" }] },
        { role: "user", parts: [{ kind: "text", text: "second" }] },
      ],
      parameters: {
        ...{ temperature: 0.5, topP: 0.9, maxTokens: 500, seed: 7, stop: ["END"] },
        ...{ presencePenalty: 0.1, frequencyPenalty: 0.2 },
      },
    },
    answer: /second/,
  },
  "a picture": {
    asked: {
      model: "demo-image",
      messages: [
        {
          role: "user",
          parts: [
            { kind: "image", file: "image.png", mediaType: "image/png" },
            { kind: "text", text: "What is this?" },
          ],
        },
      ],
    },
    answer: /image/i,
  },
  "what the playground sends": { asked: playgroundAsk(), answer: /image/i },
};

for (const [what, { asked, answer }] of Object.entries(asks)) {
  const runnable = (keyed: string | null) =>
    snippets(asked, { origin: campus.system.url, key: keyed }).filter(
      ({ id, kind }) => kind !== "agent" && id !== "powershell" && (kind !== "python" || python !== null),
    );
  test(`code as the console prints it asks ${what}, and runs`, async () => {
    test.setTimeout(300_000);
    for (const snippet of runnable(key)) expect(await run(snippet), snippet.id).toMatch(answer);
  });
}

test("with the key from the environment it runs too", async () => {
  const all = snippets(askedOnce("demo-echo", "hello"), { origin: campus.system.url, key: null });
  for (const id of ["curl", "javascript-openai", ...(python === null ? [] : ["python-openai", "python-ollama"])]) {
    const snippet = all.find((each) => each.id === id);
    if (snippet === undefined) throw new Error(`no snippet ${id}`);
    expect(await run(snippet), id).toContain("hello");
  }
});

test("and the books are right", async () => {
  expect(await verify(campus.dataDir)).toMatchObject({ ok: true });
});
