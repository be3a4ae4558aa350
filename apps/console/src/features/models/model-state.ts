import type { ModelRow } from "@lyceum/db";

/**
 * What keeps a model from being used, or will; "normal": nothing. unserved: people left it without a channel. lost: the machine took out all it
 * had. retiring: still in use.
 */
export const modelStates = ["normal", "retiring", "unpriced", "unserved", "lost", "paused", "removed"] as const;
export type ModelState = (typeof modelStates)[number];

type Judged = Pick<ModelRow, "standing" | "retiresAt" | "price">;

/** The weightiest of what is to be said about a model. */
export function stateOf({ standing, retiresAt, price }: Judged): ModelState {
  if (standing === "off") return "unserved";
  if (standing !== "up") return standing;
  if (price === null) return "unpriced";
  return retiresAt === null ? "normal" : "retiring";
}

export type ModelFilters = { search: string; state: ModelState | null; group: string | null; local: boolean };

type Listed = Judged & Pick<ModelRow, "name" | "vendor" | "description" | "groups" | "isLocal">;

/** Models that match every filter; the search looks into name, vendor and description. */
export function filterModels<Model extends Listed>(models: readonly Model[], filters: ModelFilters): Model[] {
  const words = filters.search.trim().toLowerCase().split(/\s+/);
  return models.filter((model) => {
    const text = `${model.name} ${model.vendor} ${model.description}`.toLowerCase();
    return (
      words.every((word) => text.includes(word)) &&
      (filters.state === null || stateOf(model) === filters.state) &&
      (filters.group === null || model.groups.includes(filters.group)) &&
      (!filters.local || model.isLocal)
    );
  });
}

type Search = Record<string, string | string[] | undefined>;

/** The filters an address asks for; what it says wrongly counts as not said. */
export function readFilters(search: Search): ModelFilters {
  const text = (name: string) => [search[name] ?? ""].flat()[0] ?? "";
  return {
    search: text("q").slice(0, 100),
    state: modelStates.find((state) => state === text("state")) ?? null,
    group: text("group") || null,
    local: text("local") === "1",
  };
}

/** One page of the list: what a browser still shows at once. */
export const MODELS_PER_PAGE = 100;

/** Which page of the models that are found is asked for; a page behind the last is the last. */
export function readPage(search: Search, found: number): number {
  const page = Number([search.page ?? ""].flat()[0]);
  const last = Math.max(1, Math.ceil(found / MODELS_PER_PAGE));
  return Number.isInteger(page) && page >= 1 ? Math.min(page, last) : 1;
}

/** The address of the list with these filters, a page of it, and the sheet of a model. */
export function modelsHref(filters: ModelFilters, { page = 1, model }: { page?: number; model?: string } = {}): string {
  const search = new URLSearchParams();
  if (filters.search.trim()) search.set("q", filters.search.trim());
  if (filters.state) search.set("state", filters.state);
  if (filters.group) search.set("group", filters.group);
  if (filters.local) search.set("local", "1");
  if (page > 1) search.set("page", String(page));
  if (model) search.set("model", model);
  return search.size === 0 ? "/admin/models" : `/admin/models?${search}`;
}
