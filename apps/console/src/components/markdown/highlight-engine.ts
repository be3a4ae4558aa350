import bash from "highlight.js/lib/languages/bash";
import c from "highlight.js/lib/languages/c";
import cpp from "highlight.js/lib/languages/cpp";
import css from "highlight.js/lib/languages/css";
import diff from "highlight.js/lib/languages/diff";
import fortran from "highlight.js/lib/languages/fortran";
import go from "highlight.js/lib/languages/go";
import ini from "highlight.js/lib/languages/ini";
import java from "highlight.js/lib/languages/java";
import javascript from "highlight.js/lib/languages/javascript";
import json from "highlight.js/lib/languages/json";
import julia from "highlight.js/lib/languages/julia";
import latex from "highlight.js/lib/languages/latex";
import matlab from "highlight.js/lib/languages/matlab";
import python from "highlight.js/lib/languages/python";
import r from "highlight.js/lib/languages/r";
import rust from "highlight.js/lib/languages/rust";
import sql from "highlight.js/lib/languages/sql";
import typescript from "highlight.js/lib/languages/typescript";
import xml from "highlight.js/lib/languages/xml";
import yaml from "highlight.js/lib/languages/yaml";
import { createLowlight } from "lowlight";

const lowlight = createLowlight({
  bash,
  c,
  cpp,
  css,
  diff,
  fortran,
  go,
  ini,
  java,
  javascript,
  json,
  julia,
  latex,
  matlab,
  python,
  r,
  rust,
  sql,
  typescript,
  xml,
  yaml,
});

/** A run of text of one kind: keyword, string, comment, number, or none. */
export interface Run {
  text: string;
  kind: "k" | "s" | "c" | "n" | "";
}

const kinds: [RegExp, Run["kind"]][] = [
  [/^hljs-(keyword|built_in|type|literal|tag|name|selector|section|meta)/, "k"],
  [/^hljs-(string|regexp|char|addition|attr)/, "s"],
  [/^hljs-(comment|quote|doctag|deletion)/, "c"],
  [/^hljs-(number|symbol|bullet|variable\.constant)/, "n"],
];

function kindOf(classNames: string[], outer: Run["kind"]): Run["kind"] {
  for (const [pattern, kind] of kinds) if (classNames.some((name) => pattern.test(name))) return kind;
  return outer;
}

type Node = ReturnType<typeof lowlight.highlight>["children"][number];

function collect(nodes: Node[], kind: Run["kind"], runs: Run[]): void {
  for (const node of nodes) {
    if (node.type === "text") {
      const last = runs.at(-1);
      if (last?.kind === kind) last.text += node.value;
      else runs.push({ text: node.value, kind });
    } else if (node.type === "element") {
      const names = Array.isArray(node.properties.className) ? node.properties.className.map(String) : [];
      collect(node.children, kindOf(names, kind), runs);
    }
  }
}

/** The source as coloured runs, which put together are the source again; one run for a language that isn't known. */
export function highlight(source: string, language: string): Run[] {
  const name = language.toLowerCase();
  if (!lowlight.registered(name)) return [{ text: source, kind: "" }];
  const runs: Run[] = [];
  collect(lowlight.highlight(name, source).children, "", runs);
  return runs;
}
