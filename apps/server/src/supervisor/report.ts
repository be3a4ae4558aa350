/** How the system tells the person at the terminal what it is doing. */
export type Report = {
  /** One short line for a step that takes time. */
  step: (line: string) => void;
  /** Something went wrong that the system deals with by itself. */
  warn: (line: string) => void;
};

/** Reports on stdout, or on stderr where stdout belongs to the machine that reads it (`--json`). */
export function createReport(json: boolean): Report {
  const out = json ? process.stderr : process.stdout;
  // Whoever read us may be gone while we still have to shut down in order.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  return {
    step: (line) => out.write(`· ${line}\n`),
    warn: (line) => process.stderr.write(`! ${line}\n`),
  };
}
