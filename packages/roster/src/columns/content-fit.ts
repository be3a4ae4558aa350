import { parseMoney } from "../rows/amount.ts";
import { isEmail } from "../rows/email.ts";
import { readStudentId } from "../rows/student-id.ts";
import type { RosterField } from "./fields.ts";

/** How a column's filled cells look: the share that could be each field, and the share of distinct ones. */
export type ContentFit = {
  readonly filled: number;
  readonly distinct: number;
  readonly fit: Readonly<Record<RosterField, number>>;
};

const person = /^(?:\p{Script=Han}{2,4}(?:·\p{Script=Han}{1,6})?|\p{Lu}[\p{L}'’-]+(?:,? \p{L}[\p{L}.'’-]*){1,4})$/u;
const word = /^[\p{L}'’ .·-]{1,40}$/u;
const mobile = /^1[3-9]\d{9}$/;
const idCard = /^\d{17}[\dXx]$/;

export function contentFit(cells: readonly string[]): ContentFit {
  const filled = cells.map((cell) => cell.trim()).filter((cell) => cell !== "");
  const share = (test: (cell: string) => boolean) =>
    filled.length === 0 ? 0 : filled.filter(test).length / filled.length;
  return {
    filled: filled.length,
    distinct: filled.length === 0 ? 0 : new Set(filled).size / filled.length,
    fit: {
      studentId: share((cell) => {
        const read = readStudentId(cell);
        return read.ok && /\d.*\d.*\d.*\d/.test(read.id) && !mobile.test(read.id) && !idCard.test(read.id);
      }),
      name: share((cell) => person.test(cell)),
      familyName: share((cell) => word.test(cell)),
      givenName: share((cell) => word.test(cell)),
      email: share(isEmail),
      section: share((cell) => cell.length <= 100 && /[\p{L}\d]/u.test(cell) && !isEmail(cell)),
      amount: share((cell) => parseMoney(cell) !== null),
    },
  };
}
