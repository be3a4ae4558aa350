import katex, { type KatexOptions } from "katex";
import { closeTex } from "./close-tex.ts";
import { expandPhysics, macros } from "./physics.ts";
import "katex/dist/katex.min.css";

function options(display: boolean): KatexOptions {
  return {
    displayMode: display,
    // MathML beside it is what a screen reader hears and what "select and copy" takes.
    output: "htmlAndMathml",
    throwOnError: true,
    strict: "ignore",
    trust: false,
    maxExpand: 1_000,
    maxSize: 40,
    // A fresh copy: KaTeX writes \gdef into it.
    macros: { ...macros },
  };
}

/**
 * Draws a formula into `box`. An unfinished one (`growing`) is closed first. False when it can't be drawn: then `box`
 * keeps what it had.
 */
export function drawTex(box: HTMLElement, tex: string, display: boolean, growing: boolean): boolean {
  const rest = document.createElement("span");
  for (const attempt of growing ? [tex, closeTex(tex)] : [tex]) {
    try {
      katex.render(expandPhysics(attempt), rest, options(display));
      box.replaceChildren(...rest.childNodes);
      return true;
    } catch (error) {
      // Some odd formulas end in KaTeX's own assertions, or beyond the stack: one formula is no reason to lose the page.
      if (!(error instanceof katex.ParseError) && !growing) console.warn("KaTeX can't draw a formula", tex, error);
    }
  }
  return false;
}
