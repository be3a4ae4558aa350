import type { PlannedChannel } from "@lyceum/db";

/** What can be decided about a list, beside its text. */
export type Choices = {
  readonly unticked: ReadonlySet<number>;
  /** Typed for channels of which the list holds none. */
  readonly credentials: Readonly<Record<number, string>>;
  /** Their groups to ours; "" for none. */
  readonly groups: Readonly<Record<string, string>>;
};

/** What is proposed: everything that can be, groups of the same id or name, and nothing twice at one address. */
export function proposedChoices(
  channels: readonly PlannedChannel[],
  ours: readonly { readonly id: string; readonly name: string }[],
): Choices {
  const names = [...new Set(channels.flatMap(({ groups }) => groups))].sort();
  const own = (theirs: string) => ours.find(({ id, name }) => id === theirs || name === theirs)?.id ?? "";
  return {
    unticked: new Set(channels.filter(({ sameAddressAs }) => sameAddressAs !== "").map(({ at }) => at)),
    credentials: {},
    groups: Object.fromEntries(names.map((name) => [name, own(name)])),
  };
}

export type ImportState = "ready" | "double" | "exists" | "bad";

/** Whether a channel can be imported, and if not why. */
export function stateOf({ problem, sameAddressAs }: PlannedChannel): ImportState {
  if (problem === "exists") return "exists";
  if (problem !== null) return "bad";
  return sameAddressAs === "" ? "ready" : "double";
}

/** The places of those that are to be made. */
export function chosenOf(channels: readonly PlannedChannel[], { unticked }: Choices): number[] {
  return channels.filter(({ at, problem }) => problem === null && !unticked.has(at)).map(({ at }) => at);
}
