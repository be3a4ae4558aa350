import katex from "katex";
import { afterEach, describe, expect, it, vi } from "vitest";
import { drawTex } from "./katex-engine.ts";

/** As much of a page as a formula needs that is refused before anything of it is drawn. */
function page(): HTMLElement {
  vi.stubGlobal("document", { createElement: () => ({}) });
  return { replaceChildren: () => expect.fail("nothing is to be drawn") } as unknown as HTMLElement;
}

describe("a formula that KaTeX can't draw", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });

  it("is its source where it can't be read", () => {
    const warn = vi.spyOn(console, "warn").mockReturnValue();
    expect(drawTex(page(), "\\frac{1", false, false)).toBe(false);
    expect(warn).not.toHaveBeenCalled();
  });

  it.each([
    ["one that ends in an assertion of KaTeX", "\\genfrac{(}{)}{0pt}{n}{k} x^n"],
    ["one that is nested beyond the stack", `${"{".repeat(20_000)}x${"}".repeat(20_000)}`],
  ])("is its source and a word in the browser's log: %s", (_, tex) => {
    expect(() => katex.renderToString(tex)).not.toThrow(katex.ParseError);
    const warn = vi.spyOn(console, "warn").mockReturnValue();
    expect(drawTex(page(), tex, true, false)).toBe(false);
    expect(drawTex(page(), tex, true, true)).toBe(false);
    expect(warn).toHaveBeenCalledOnce();
  });
});
