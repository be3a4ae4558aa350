import type { SquareModel } from "@lyceum/db";

export const filters = ["all", "vision", "thinking", "tools", "free", "local"] as const;
export type Filter = (typeof filters)[number];

/** What the model square shows; all of it stands in the URL. */
export interface SquareParams {
  filter: Filter;
  view: "cards" | "table";
  q: string;
  /** Also those that nobody can call at the moment, whatever their group. */
  away: boolean;
  /** The model whose sheet is open. */
  model: string | null;
}

export function readSquareParams(search: Record<string, string | string[] | undefined>): SquareParams {
  const text = (name: string) => {
    const value = search[name];
    return typeof value === "string" ? value : "";
  };
  return {
    filter: filters.find((filter) => filter === text("filter")) ?? "all",
    view: text("view") === "table" ? "table" : "cards",
    away: text("away") === "1",
    q: text("q").trim().slice(0, 100),
    model: text("model") || null,
  };
}

export function squareHref(params: SquareParams, changes: Partial<SquareParams> = {}): string {
  const wanted = { ...params, ...changes };
  const query = new URLSearchParams();
  if (wanted.q !== "") query.set("q", wanted.q);
  if (wanted.filter !== "all") query.set("filter", wanted.filter);
  if (wanted.view !== "cards") query.set("view", wanted.view);
  if (wanted.away) query.set("away", "1");
  if (wanted.model !== null) query.set("model", wanted.model);
  return query.size === 0 ? "/models" : `/models?${query}`;
}

const passes: Record<Filter, (model: SquareModel) => boolean> = {
  all: () => true,
  vision: (model) => model.capabilities.includes("vision"),
  thinking: (model) => model.capabilities.includes("reasoning"),
  tools: (model) => model.capabilities.includes("tools"),
  free: (model) => model.isFree,
  local: (model) => model.isLocal,
};

const stateOrder = { available: 0, unpriced: 1, lost: 2, paused: 3, down: 4, locked: 5 } as const;

/** Models whose name, vendor or description holds every word searched for. */
export function searchModels(models: readonly SquareModel[], q: string): SquareModel[] {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  return models.filter((model) => {
    const text = `${model.name} ${model.vendor} ${model.description}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** Paused, out of order or without a channel: out of the gateway's lists too, until that is over. */
export function isAway({ standing }: Pick<SquareModel, "standing">): boolean {
  return standing !== "up";
}

/** Those a filter lets through; what can be called now first, then by name. */
export function filterModels(models: readonly SquareModel[], filter: Filter): SquareModel[] {
  return models
    .filter(passes[filter])
    .sort(
      (a, b) => stateOrder[a.state] - stateOrder[b.state] || (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1),
    );
}
