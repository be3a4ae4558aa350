import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { errorCodes, errorTable } from "../packages/domain/src/errors.ts";

export const ERRORS_PAGE = fileURLToPath(new URL("../docs/errors.md", import.meta.url));

/** docs/errors.md, made from the table in the code. */
export function errorsPage(): string {
  const rows = errorCodes.map((code) => {
    const { status, retryable, move, zh, en } = errorTable[code];
    return `| \`${code}\` | ${status} | ${retryable ? "yes" : "no"} | ${move} | ${en}<br>${zh} |`;
  });
  return [
    "# Error codes",
    "",
    "Made from `packages/domain/src/errors.ts` by `node scripts/errors-page.ts`; a test keeps the two equal. The gateway answers in the shape of the",
    "client's protocol, with code, sentence in Chinese and English, and request id (also in `x-request-id`). *Again*: the same call may succeed later",
    "without anybody changing anything. *Move*, `whose_move` in the answer: who has to do something now: you who call, staff (teaching staff or an",
    "administrator), the operator of the gateway, or nobody but wait. Words in braces are filled in.",
    "",
    "| code | status | again | move | sentence |",
    "|---|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(ERRORS_PAGE, errorsPage());
