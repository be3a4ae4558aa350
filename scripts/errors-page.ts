import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { errorCodes, errorTable } from "../packages/domain/src/errors.ts";
import { healingPage } from "../packages/domain/src/healing-pages.ts";

export const ERRORS_PAGE = fileURLToPath(new URL("../docs/errors.md", import.meta.url));

/** docs/errors.md, made from the table in the code. */
export function errorsPage(): string {
  const rows = errorCodes.map((code) => {
    const { status, retryable, move, zh, en } = errorTable[code];
    return `| \`${code}\` | ${status} | ${retryable ? "yes" : "no"} | ${move} | \`${healingPage(code).href}\` | ${en}<br>${zh} |`;
  });
  return [
    "# Error codes",
    "",
    "Made from `packages/domain/src/errors.ts` by `node scripts/errors-page.ts`; a test keeps the two equal. The gateway answers in the shape of the",
    "client's protocol, with code, sentence in Chinese and English, and request id (also in `x-request-id`). *Again*: the same call may succeed later",
    "without anybody changing anything. *Move*, `whose_move` in the answer: who has to do something now: you who call, staff (teaching staff or an",
    "administrator), the operator of the gateway, or nobody but wait. Words in braces are filled in.",
    "",
    "*Page*, `console_url` in the answer: the page of the console that mends it, or that explains the code; whole, below the address of the settings or,",
    "where they name none, the one that the client has asked (behind a trusted proxy, the one it passes on). It stands beside the code (OpenAI and",
    "Anthropic: in `error`; Ollama: beside it; Gemini: `google.rpc.Help` in `details`), also in errors inside streams.",
    "",
    "| code | status | again | move | page | sentence |",
    "|---|---|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(ERRORS_PAGE, errorsPage());
