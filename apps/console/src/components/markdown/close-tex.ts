/** The end of a growing formula closed, so that what is there already can be drawn: braces, `\left`, environments. */
export function closeTex(tex: string): string {
  // A command or argument that may not be whole.
  const whole = tex
    .replace(/(?:\\[A-Za-z]*|[\^_]|\\begin\{[^}]*|\\end\{[^}]*)$/, "")
    .replace(/(?:[\^_]|\\left|\\right)$/, "");
  const closers: string[] = [];
  for (const [token, environment] of whole.matchAll(
    /\\begin\{([^}]*)\}|\\end\{[^}]*\}|\\left(?![A-Za-z])|\\right(?![A-Za-z])|\\[\s\S]|[{}]/g,
  )) {
    if (environment !== undefined) closers.push(`\\end{${environment}}`);
    else if (token === "{") closers.push("}");
    else if (token === "\\left") closers.push("\\right.");
    else if (token === "}" || token === "\\right" || token.startsWith("\\end{")) closers.pop();
  }
  return whole + closers.reverse().join("");
}
