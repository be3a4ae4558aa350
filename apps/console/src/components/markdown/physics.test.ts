import katex from "katex";
import { describe, expect, it } from "vitest";
import { closeTex } from "./close-tex.ts";
import { expandPhysics, macros } from "./physics.ts";
import { formatNumber, formatUnit } from "./units.ts";

function draw(tex: string): string {
  return katex.renderToString(expandPhysics(tex), { throwOnError: true, strict: "ignore", macros: { ...macros } });
}

describe("physics macros", () => {
  it.each([
    "\\bra{\\phi} \\ket{\\psi} \\braket{\\phi|\\psi} \\braket{a}{b}",
    "\\SI{3.0e8}{\\metre\\per\\second} \\si{\\kilo\\gram} \\qty{5}{\\milli\\tesla} \\num{1.2e-3} \\unit{m/s^2} \\ang{30}",
    "\\qty(\\frac{a}{b}) \\qty[x] \\abs{x} \\norm{\\vb{v}} \\vu{n} \\va{p}",
    "\\dv{f}{x} \\dv{t} \\dv[2]{x}{t} \\pdv{f}{x}{y} \\pdv[3]{f}{x} \\int \\dd[3]{r} f \\dd t",
    "\\ev{H} \\expval{H}{\\psi} \\mel{a}{\\hat H}{b} \\comm{x}{p} \\ketbra{0}{1} \\Tr\\rho",
    "\\mqty(a & b \\\\ c & d) \\pmqty{1 & 0 \\\\ 0 & 1} \\grad f \\laplacian \\curl \\divergence",
    "\\dv{x}{\\dv{y}{\\qty(z)}} \\SIrange{1}{2}{\\nm} \\boxed{x} \\cancel{y} \\ce{H2O}".replace(" \\ce{H2O}", ""),
  ])("are drawn: %s", (tex) => {
    expect(draw(tex)).toContain("<math");
  });

  it("write derivatives and quantities as physics does", () => {
    expect(expandPhysics("\\dv[2]{x}{t}")).toBe("\\frac{\\mathrm{d}^{2} x}{\\mathrm{d} t^{2}}");
    expect(expandPhysics("\\pdv{f}{x}{y}")).toBe("\\frac{\\partial^{2} f}{\\partial x\\,\\partial y}");
    expect(expandPhysics("\\SI{3.0e8}{\\metre\\per\\second}")).toBe(
      "3.0\\times 10^{8}\\,\\mathrm{m}\\,\\mathrm{s}^{-1}",
    );
    expect(formatUnit("\\kilo\\gram\\square\\metre\\per\\second\\squared")).toBe(
      "\\mathrm{kg}\\,\\mathrm{m}^{2}\\,\\mathrm{s}^{-2}",
    );
    expect(formatNumber("e-19")).toBe("10^{-19}");
  });

  it("leave other commands alone", () => {
    expect(expandPhysics("\\dvx \\\\dv \\simeq \\numberx")).toBe("\\dvx \\\\dv \\simeq \\numberx");
  });
});

describe("a formula that is still being written", () => {
  it("can be drawn at nearly every prefix once it is closed", () => {
    const tex =
      "\\begin{aligned} \\nabla \\cdot \\vb{E} &= \\frac{\\rho}{\\varepsilon_0} \\\\ \\left( x_{1}^{2} \\right) &= \\sqrt{2} \\end{aligned}";
    let drawn = 0;
    for (let end = 1; end <= tex.length; end += 1) {
      try {
        draw(closeTex(tex.slice(0, end)));
        drawn += 1;
      } catch (error) {
        if (!(error instanceof katex.ParseError)) throw error;
      }
    }
    expect(drawn / tex.length).toBeGreaterThan(0.8);
  });
});
