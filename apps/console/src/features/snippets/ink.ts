/** A piece of code and its ink: keyword, string, comment or number, as `.c-…` in the style sheets. */
export type Piece = string | readonly ["k" | "s" | "c" | "n", string];

export type InkLanguage = "shell" | "python" | "javascript";

const keywords: Record<InkLanguage, readonly string[]> = {
  shell: [
    "curl",
    "export",
    "printf",
    "base64",
    "claude",
    "gemini",
    "Invoke-RestMethod",
    "-H",
    "-d",
    "-Method",
    "-Headers",
    "-ContentType",
    "-Body",
  ],
  python: ["import", "from", "for", "in", "if", "def", "return", "print", "None", "True", "False"],
  javascript: ["import", "from", "const", "new", "await", "null", "true", "false"],
};

/** Strings before comments: what stands in quotes is neither. A string of the shell may run over lines. */
const strings: Record<InkLanguage, string> = {
  shell: `@'\\n[\\s\\S]*?\\n'@|'[^']*'|"(?:\\\\.|[^"\\\\])*"`,
  python: `"(?:\\\\.|[^"\\\\])*"|'(?:\\\\.|[^'\\\\])*'`,
  javascript: `"(?:\\\\.|[^"\\\\])*"`,
};

function patternOf(language: InkLanguage): RegExp {
  const words = keywords[language].map((word) => word.replace(/-/g, "\\-")).join("|");
  const comment = language === "javascript" ? "//[^\\n]*" : "#[^\\n]*";
  return new RegExp(
    `(?<s>${strings[language]})|(?<c>${comment})|(?<![\\w-])(?<k>${words})(?![\\w-])|(?<![\\w.])(?<n>-?\\d+(?:\\.\\d+)?)(?![\\w.])`,
    "g",
  );
}

const patterns: Record<InkLanguage, RegExp> = {
  shell: patternOf("shell"),
  python: patternOf("python"),
  javascript: patternOf("javascript"),
};

/** Colours the code that this console writes; joined, the pieces are the source. Not for code of others: it knows only these words. */
export function ink(source: string, language: InkLanguage): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of source.matchAll(patterns[language])) {
    const kind = (["k", "s", "c", "n"] as const).find((each) => match.groups?.[each] !== undefined);
    if (kind === undefined) continue;
    if (match.index > end) pieces.push(source.slice(end, match.index));
    pieces.push([kind, match[0]]);
    end = match.index + match[0].length;
  }
  if (end < source.length) pieces.push(source.slice(end));
  return pieces;
}
