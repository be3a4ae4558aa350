import { noteAct, type Tx } from "@lyceum/db";
import type { Option, Values } from "./command.ts";

/** For commands that would give again when a script repeats them. */
export const onceOption: Option = {
  value: "NAME",
  help: "do it once under this name, such as week-3: again under the same one within a month nothing is changed",
};

/** It was done before under this name, by whomever. Ends the command, whose exit code is 0: what is wanted is so. */
export class DoneBefore extends Error {}

/** In the act's own transaction, before it. `of`: of which account or course it is. Throws DoneBefore. */
export async function requireFirst(tx: Tx, values: Values, command: string, of: string): Promise<void> {
  const name = values.optional("once");
  if (name === undefined || (await noteAct(tx, "command line", command, { of, name }))) return;
  throw new DoneBefore(name);
}
