import { readdirSync } from "node:fs";

export type AnyAction = (input: unknown) => Promise<{ ok: boolean; code?: string }>;

const folder = new URL("../../features/", import.meta.url);

/** Every server action of every feature, as "noun/name": what is exported is what anybody can call. */
export async function findActions(): Promise<(readonly [string, AnyAction])[]> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith("/actions.ts"),
  );
  const modules = await Promise.all(
    files.sort().map(async (file) => ({
      noun: file.slice(0, -"/actions.ts".length),
      exported: (await import(new URL(file, folder).href)) as Record<string, AnyAction>,
    })),
  );
  return modules.flatMap(({ noun, exported }) =>
    Object.entries(exported).map(([name, action]) => [`${noun}/${name}`, action] as const),
  );
}
