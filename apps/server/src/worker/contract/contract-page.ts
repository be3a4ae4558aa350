import type { ContractFace } from "./ask.ts";
import type { ContractCase } from "./contract-case.ts";
import type { Outcome } from "./run-case.ts";

/** What was found for a case, by face and upstream: streamed and not. */
export type Findings = ReadonlyMap<string, { readonly whole: Outcome; readonly streamed: Outcome }>;

export const keyOf = (face: string, upstream: string, caseId: string) => `${face} → ${upstream}: ${caseId}`;

/** docs/protocols.md: nothing in it is written by hand but what stands here. */
export function contractPage(
  faces: readonly ContractFace[],
  cases: readonly ContractCase[],
  findings: Findings,
): string {
  const notes: string[] = [];
  const tables = cases.map((each) => row(each, faces, findings, notes));
  const head = `| case | ${faces.map(({ title }) => `from ${title}`).join(" | ")} |\n|---|${faces.map(() => "---").join("|")}|`;
  const group = (name: ContractCase["group"]) => tables.filter((_, index) => cases[index]?.group === name).join("\n");
  return `# What every pair of protocols keeps

Written by the contract suite (\`apps/server/src/worker/contract\`), which asks each case through the gateway in every client protocol of every
upstream protocol, streamed and not, and compares this page with what it found. Change it with \`LYCEUM_WRITE_CONTRACT=1\` set for that suite.

A cell has one sign for each upstream, in this order: ${faces.map(({ title }) => title).join(", ")}.
✓ comes through as it was meant · ~ not said upstream, or with another value, and named in \`x-gateway-dropped\` or \`x-gateway-clamped\` ·
✗ refused with 400 · a number points to the reason below · – clients of this protocol have no words for it.

## What clients ask

${head}
${group("request")}

## What upstreams answer

${head}
${group("answer")}

## Reasons

${notes.map((note, index) => `${index + 1}. ${note}`).join("\n")}
`;
}

function row(each: ContractCase, faces: readonly ContractFace[], findings: Findings, notes: string[]): string {
  const cells = faces.map((face) => {
    const signs = faces.map((upstream) => sign(findings.get(keyOf(face.id, upstream.id, each.id)), notes));
    return signs.every((mark) => mark === "–") ? "–" : signs.join(" ");
  });
  return `| ${each.title.en} | ${cells.join(" | ")} |`;
}

function sign(found: { readonly whole: Outcome; readonly streamed: Outcome } | undefined, notes: string[]): string {
  if (found === undefined) return "?";
  const { whole, streamed } = found;
  const marks = [mark(whole, notes), mark(streamed, notes)];
  return marks[0] === marks[1] ? (marks[0] ?? "?") : marks.join("/");
}

function mark(outcome: Outcome, notes: string[]): string {
  switch (outcome.kind) {
    case "kept":
      return "✓";
    case "unsayable":
      return "–";
    case "lost":
      return "LOST";
    case "named": {
      const named = [
        outcome.dropped && `dropped: ${outcome.dropped}`,
        outcome.clamped && `changed: ${outcome.clamped}`,
      ];
      return `~${noteOf(named.filter(Boolean).join("; "), notes)}`;
    }
    case "refused":
      return `✗${noteOf(outcome.reason.split(" / ").at(-1) ?? "", notes)}`;
    default:
      return outcome satisfies never;
  }
}

function noteOf(text: string, notes: string[]): number {
  const clean = text.replace(/\|/g, "\\|").replace(/\s+/g, " ");
  const at = notes.indexOf(clean);
  return at >= 0 ? at + 1 : notes.push(clean);
}
