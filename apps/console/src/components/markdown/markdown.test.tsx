import { readdirSync, readFileSync } from "node:fs";
import { NextIntlClientProvider } from "next-intl";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { messages } from "#i18n/messages.ts";
import { advance, nothing, type Progress } from "./incremental.ts";
import { Blocks } from "./render.tsx";

const folder = new URL("./fixtures/", import.meta.url);
const cases = readdirSync(folder)
  .filter((name) => name.endsWith(".md"))
  .map((name) => ({ name, source: readFileSync(new URL(name, folder), "utf8") }));

function html({ settled, open }: Progress): string {
  return renderToStaticMarkup(
    <NextIntlClientProvider locale="en" messages={{ ui: messages.en.ui }} timeZone="UTC">
      <Blocks settled={settled} open={open} />
    </NextIntlClientProvider>,
  );
}

/** One element a line, without the buttons of code, so that a difference can be read. */
function readable(text: string): string {
  return `${text
    .replace(/<div class="bar">.*?<\/div>(?=<pre)/gs, "")
    .replace(
      /(<\/(?:p|h\d|li|ul|ol|tr|table|thead|tbody|div|blockquote|pre)>|<(?:ul|ol|table|thead|tbody|tr|div|hr)[^>]*>)(?!\n)/g,
      "$1\n",
    )
    .trim()}\n`;
}

/** What a reader sees of it. */
function visible(text: string): string {
  return text.replace(/<[^>]+>/g, "");
}

function* streamed(source: string): Generator<Progress> {
  let progress = nothing;
  for (let end = 1; end <= source.length; end += 1) {
    progress = advance(progress, source.slice(0, end), true);
    yield progress;
  }
}

describe("Markdown golden file", () => {
  it.each(cases)("$name becomes the HTML that stands beside it", async ({ name, source }) => {
    const result = readable(html(advance(nothing, source, false)));
    await expect(result).toMatchFileSnapshot(new URL(name.replace(/\.md$/, ".html"), folder).pathname);
  });

  it.each(cases)(
    "$name streamed in pieces of one character ends as the same HTML, and no prefix throws",
    ({ source }) => {
      let last = nothing;
      for (const progress of streamed(source)) {
        html({ ...progress, settled: [] }); // settled ones were drawn when they were open
        last = progress;
      }
      expect(html(advance(last, source, false))).toBe(html(advance(nothing, source, false)));
    },
  );

  it("shows no prefix of a formula, a fence or a table as the characters it is written with", () => {
    const source = [
      "先看 $\\ket{\\psi}$ 与 \\(a_1\\)：",
      "",
      "\\[\n\\begin{aligned} a &= b \\\\ c &= d \\end{aligned}\n\\]",
      "",
      "$$\nx = \\frac{1}{2}\n$$",
      "",
      "**重点**：`code`，[链接](https://example.com)。",
      "",
      "```python\nprint('x')\n```",
      "",
      "| a | b |\n|---|---|\n| 1 | 2 |",
      "",
      "- one\n- two",
      "",
    ].join("\n");
    for (const progress of streamed(source)) {
      const seen = visible(html(progress).replace(/<code class="tex-source">.*?<\/code>/gs, ""));
      expect(seen).not.toMatch(/\$|\\[[\]()]|```|\*\*|\|/);
    }
  });

  it("keeps tabs and newlines of code as they were", () => {
    const code = 'def f():\n\treturn "a  b"\n\n\n\t# end  ';
    const { settled } = advance(nothing, `Before\n\n\`\`\`python\n${code}\n\`\`\`\n\nafter`, false);
    expect(settled[1]).toEqual({ type: "code", language: "python", source: code });
    const blank = advance(nothing, "```\n\na\n\n```", false);
    expect(blank.settled).toEqual([{ type: "code", language: "", source: "\na\n" }]);
  });
});

describe("a growing text", () => {
  const answer = Array.from(
    { length: 40 },
    (_, index) =>
      `Paragraph ${index} with $x_{${index}}$ and \\(y\\).\n\n\`\`\`python\nprint(${index})\n\`\`\`\n\n$$\nE_{${index}} = mc^2\n$$\n`,
  ).join("\n");

  it("is parsed with work that follows the last block, not the whole answer", () => {
    const step = 8;
    let progress = nothing;
    for (let end = step; end < answer.length; end += step) progress = advance(progress, answer.slice(0, end), true);
    const longestBlock = 60;
    expect(progress.parsed).toBeLessThan((answer.length / step) * longestBlock);
  });

  it("leaves settled blocks untouched, so that nothing draws them again", () => {
    const seen: unknown[] = [];
    let progress = nothing;
    for (let end = 1; end < answer.length; end += 5) {
      progress = advance(progress, answer.slice(0, end), true);
      for (const [index, block] of progress.settled.entries()) {
        seen[index] ??= block;
        expect(block).toBe(seen[index]);
      }
    }
    expect(seen.length).toBeGreaterThan(115);
  });

  it("is read anew when it is another text", () => {
    const first = advance(nothing, "One\n\nTwo\n\nThree", true);
    expect(advance(first, "Other", false).settled).toEqual([
      { type: "paragraph", children: [{ type: "text", text: "Other" }] },
    ]);
  });
});
