import { type Argument, readGroup, readGroups } from "./tex-arguments.ts";
import { formatNumber, formatUnit } from "./units.ts";

/** The commands of LaTeX's physics and siunitx that are plain text replacement; KaTeX knows `\bra`, `\ket`, `\braket` itself. */
export const macros: Record<string, string> = {
  "\\abs": "\\left|#1\\right|",
  "\\norm": "\\left\\lVert #1\\right\\rVert",
  "\\order": "\\mathcal{O}\\left(#1\\right)",
  "\\comm": "\\left[#1,#2\\right]",
  "\\commutator": "\\left[#1,#2\\right]",
  "\\acomm": "\\left\\{#1,#2\\right\\}",
  "\\anticommutator": "\\left\\{#1,#2\\right\\}",
  "\\pb": "\\left\\{#1,#2\\right\\}",
  "\\vb": "\\mathbf{#1}",
  "\\va": "\\vec{\\mathbf{#1}}",
  "\\vu": "\\hat{\\mathbf{#1}}",
  "\\vdot": "\\cdot",
  "\\cross": "\\times",
  "\\grad": "\\boldsymbol{\\nabla}",
  "\\curl": "\\boldsymbol{\\nabla}\\times",
  "\\divergence": "\\boldsymbol{\\nabla}\\cdot",
  "\\laplacian": "\\nabla^2",
  "\\innerproduct": "\\left\\langle #1\\middle|#2\\right\\rangle",
  "\\ip": "\\left\\langle #1\\middle|#2\\right\\rangle",
  "\\outerproduct": "\\left|#1\\right\\rangle\\!\\left\\langle #2\\right|",
  "\\dyad": "\\left|#1\\right\\rangle\\!\\left\\langle #2\\right|",
  "\\ketbra": "\\left|#1\\right\\rangle\\!\\left\\langle #2\\right|",
  "\\op": "\\left|#1\\right\\rangle\\!\\left\\langle #2\\right|",
  "\\mel": "\\left\\langle #1\\middle|#2\\middle|#3\\right\\rangle",
  "\\matrixel": "\\left\\langle #1\\middle|#2\\middle|#3\\right\\rangle",
  "\\tr": "\\operatorname{tr}",
  "\\Tr": "\\operatorname{Tr}",
  "\\rank": "\\operatorname{rank}",
  "\\erf": "\\operatorname{erf}",
  "\\Res": "\\operatorname{Res}",
  "\\qq": "\\quad\\text{#1}\\quad",
  "\\eval": "\\left.#1\\right|",
  "\\degree": "^\\circ",
  "\\celsius": "{}^\\circ\\mathrm{C}",
};

type Rewrite = (source: string, at: number) => Argument | null;

/** `\dv{f}{x}`, `\dv[2]{f}{x}`, `\dv{x}`; for `\pdv` a third variable makes it mixed. */
function derivative(d: string): Rewrite {
  return (source, at) => {
    const order = readGroup(source, at, "[");
    const { texts, end } = readGroups(source, order?.end ?? at, d === "\\partial" ? 3 : 2);
    const [first, second, third] = texts;
    if (first === undefined) return null;
    const power = order ? `^{${order.text}}` : "";
    if (third !== undefined) {
      return { text: `\\frac{${d}^{2} ${first}}{${d} ${second}\\,${d} ${third}}`, end };
    }
    const [above, below] = second === undefined ? ["", first] : [first, second];
    return { text: `\\frac{${d}${power} ${above}}{${d} ${below}${power}}`, end };
  };
}

const differential: Rewrite = (source, at) => {
  const order = readGroup(source, at, "[");
  const { texts, end } = readGroups(source, order?.end ?? at, 1);
  const sign = `\\mathrm{d}${order ? `^{${order.text}}` : ""}`;
  return { text: texts[0] === undefined ? `${sign}{}` : `\\,${sign}{${texts[0]}}`, end: texts.length > 0 ? end : at };
};

const expectation: Rewrite = (source, at) => {
  const { texts, end } = readGroups(source, at, 2);
  const [operator, state] = texts;
  if (operator === undefined) return null;
  if (state === undefined) return { text: `\\left\\langle ${operator}\\right\\rangle`, end };
  return { text: `\\left\\langle ${state}\\middle|${operator}\\middle|${state}\\right\\rangle`, end };
};

/** `\braket{a}{b}` of physics beside `\braket{a|b}`. */
const braket: Rewrite = (source, at) => {
  const { texts, end } = readGroups(source, at, 2);
  return texts.length === 2 ? { text: `\\left\\langle ${texts[0]}\\middle|${texts[1]}\\right\\rangle`, end } : null;
};

const withUnit: Rewrite = (source, at) => {
  const from = readGroup(source, at, "[")?.end ?? at;
  const { texts, end } = readGroups(source, from, 2);
  if (texts.length < 2) return null;
  return { text: `${formatNumber(texts[0] ?? "")}\\,${formatUnit(texts[1] ?? "")}`, end };
};

const range: Rewrite = (source, at) => {
  const { texts, end } = readGroups(source, at, 3);
  if (texts.length < 3) return null;
  const [low = "", high = "", unit = ""] = texts;
  return { text: `${formatNumber(low)}\\text{–}${formatNumber(high)}\\,${formatUnit(unit)}`, end };
};

function one(make: (text: string) => string): Rewrite {
  return (source, at) => {
    const group = readGroup(source, readGroup(source, at, "[")?.end ?? at);
    return group && { text: make(group.text), end: group.end };
  };
}

const delimiters = { "(": ["(", ")"], "[": ["[", "]"], "{": ["\\{", "\\}"], "|": ["|", "|"] } as const;
const matrices = { "(": "pmatrix", "[": "bmatrix", "{": "matrix", "|": "vmatrix" } as const;

/** `\qty(…)` of physics: delimiters that grow; `\qty{3}{m}` of siunitx is a quantity. */
const quantity: Rewrite = (source, at) => {
  const unit = withUnit(source, at);
  if (unit) return unit;
  return bracketed(source, at, (text, open) => `\\left${delimiters[open][0]}${text}\\right${delimiters[open][1]}`);
};

const matrix: Rewrite = (source, at) =>
  bracketed(source, at, (text, open) => `\\begin{${matrices[open]}}${text}\\end{${matrices[open]}}`);

function bracketed(source: string, at: number, make: (text: string, open: keyof typeof delimiters) => string) {
  for (const open of ["(", "[", "{", "|"] as const) {
    const group = readGroup(source, at, open);
    if (group) return { text: make(group.text, open), end: group.end };
  }
  return null;
}

const rewrites: Record<string, Rewrite> = {
  dv: derivative("\\mathrm{d}"),
  derivative: derivative("\\mathrm{d}"),
  pdv: derivative("\\partial"),
  partialderivative: derivative("\\partial"),
  fdv: derivative("\\delta"),
  dd: differential,
  ev: expectation,
  expval: expectation,
  expectationvalue: expectation,
  braket: braket,
  SI: withUnit,
  qty: quantity,
  SIrange: range,
  qtyrange: range,
  si: one(formatUnit),
  unit: one(formatUnit),
  num: one(formatNumber),
  ang: one((text) => `${formatNumber(text)}^{\\circ}`),
  mqty: matrix,
  pmqty: one((text) => `\\begin{pmatrix}${text}\\end{pmatrix}`),
  bmqty: one((text) => `\\begin{bmatrix}${text}\\end{bmatrix}`),
};

const command = new RegExp(`\\\\(${Object.keys(rewrites).join("|")})(?![A-Za-z])\\*?`, "g");

/** Rewrites the commands with optional or differing arguments, inner ones too; what can't be read stays for KaTeX to judge. */
export function expandPhysics(tex: string, depth = 0): string {
  if (depth > 8 || !tex.includes("\\")) return tex;
  let [out, at] = ["", 0];
  command.lastIndex = 0;
  const matches = [...tex.matchAll(command)];
  for (const match of matches) {
    if (match.index < at || tex[match.index - 1] === "\\") continue;
    const after = match.index + match[0].length;
    const written = rewrites[match[1] ?? ""]?.(tex, after);
    if (!written) continue;
    out += tex.slice(at, match.index) + expandPhysics(written.text, depth + 1);
    at = written.end;
  }
  return out + tex.slice(at);
}
