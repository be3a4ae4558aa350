import { personNameSchema } from "@lyceum/domain";

/** A name from one column: "Last, First" is turned round, blanks inside become one. */
export function readName(text: string): string {
  const plain = text.trim().replace(/[ \u00a0\u3000\t]+/g, " ");
  const turned = /^([\p{Script=Latin}'’. -]+), ?([\p{Script=Latin}'’. -]+)$/u.exec(plain);
  return turned === null ? plain : `${turned[2]?.trim()} ${turned[1]?.trim()}`;
}

/** A name from two columns: Chinese ones without a blank, the family's first. */
export function joinName(family: string, given: string): string {
  const [one, two] = [readName(family), readName(given)];
  if (/^\p{Script=Han}*$/u.test(one + two)) return one + two;
  return `${two} ${one}`.trim();
}

export function isName(text: string): boolean {
  return personNameSchema.safeParse(text).success;
}
