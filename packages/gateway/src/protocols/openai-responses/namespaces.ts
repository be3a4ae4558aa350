import { isRecord } from "../../json/is-record.ts";

/** A tool as its client calls it. Codex groups tools in namespaces, which no other protocol has. */
export type SpacedName = { readonly namespace?: string; readonly name: string };

/** The one name of a tool for upstreams that know no namespaces. */
export function flatName(namespace: string | null | undefined, name: string): string {
  return namespace ? `${namespace}__${name}` : name;
}

/** The tools of a request that stand in namespaces, by their flat names. */
export function namespacesIn(tools: unknown): ReadonlyMap<string, SpacedName> {
  const spaced = new Map<string, SpacedName>();
  for (const group of Array.isArray(tools) ? tools : []) {
    if (!isRecord(group) || group.type !== "namespace" || typeof group.name !== "string") continue;
    for (const tool of Array.isArray(group.tools) ? group.tools : [])
      if (isRecord(tool) && typeof tool.name === "string")
        spaced.set(flatName(group.name, tool.name), { namespace: group.name, name: tool.name });
  }
  return spaced;
}
