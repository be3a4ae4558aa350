import type { SquareModel } from "@lyceum/db";

export const filters = ["vision", "thinking", "tools", "free", "local"] as const;
export type Filter = (typeof filters)[number];
/** At least so many tokens of context. */
export const contexts = { "32k": 32_000, "128k": 128_000, "1M": 1_000_000 } as const;
/** At most so many units of money for a million tokens, the dearer of input and output. */
export const prices = ["1", "10", "50"] as const;
export const statuses = ["available", "retiring", "locked", "unpriced"] as const;

/** One page of cards: what a phone still loads at once. */
export const MODELS_PER_PAGE = 48;

/** What the model square shows; all of it stands in the URL. */
export interface SquareParams {
  /** All of these. */
  filter: readonly Filter[];
  vendor: string | null;
  /** A group's id. */
  group: string | null;
  context: keyof typeof contexts | null;
  price: (typeof prices)[number] | null;
  status: (typeof statuses)[number] | null;
  view: "cards" | "table";
  q: string;
  /** Also those that nobody can call at the moment, whatever their group. */
  away: boolean;
  page: number;
  /** The model whose sheet is open. */
  model: string | null;
}

export function readSquareParams(search: Record<string, string | string[] | undefined>): SquareParams {
  const text = (name: string) => {
    const value = search[name];
    return typeof value === "string" ? value : "";
  };
  const wanted = text("filter").split(",");
  const page = Number(text("page"));
  return {
    filter: filters.filter((filter) => wanted.includes(filter)),
    vendor: text("vendor").slice(0, 100) || null,
    group: text("group").slice(0, 64) || null,
    context: (["32k", "128k", "1M"] as const).find((context) => context === text("context")) ?? null,
    price: prices.find((price) => price === text("price")) ?? null,
    status: statuses.find((status) => status === text("status")) ?? null,
    view: text("view") === "table" ? "table" : "cards",
    away: text("away") === "1",
    q: text("q").trim().slice(0, 100),
    page: Number.isInteger(page) && page >= 1 ? page : 1,
    model: text("model") || null,
  };
}

/** The query of these params, defaults left out, in the order of the address. */
export function squareQuery(params: SquareParams): [string, string][] {
  const { q, filter, vendor, group, context, price, status, view, away, page, model } = params;
  const query: [string, string | null][] = [
    ["q", q],
    ["filter", filter.join(",")],
    ["vendor", vendor],
    ["group", group],
    ["context", context],
    ["price", price],
    ["status", status],
    ["view", view === "cards" ? null : view],
    ["away", away ? "1" : null],
    ["page", page === 1 ? null : String(page)],
    ["model", model],
  ];
  return query.filter((pair): pair is [string, string] => pair[1] !== null && pair[1] !== "");
}

/** The address with some of this changed. What is looked at first is the first page, unless only the open model changes. */
export function squareHref(params: SquareParams, changes: Partial<SquareParams> = {}): string {
  const keepsPage = Object.keys(changes).every((name) => name === "model" || name === "page");
  const query = new URLSearchParams(squareQuery({ ...params, ...(keepsPage ? {} : { page: 1 }), ...changes }));
  return query.size === 0 ? "/models" : `/models?${query}`;
}

/** The filters with one switched on or off. */
export function toggled(filter: readonly Filter[], one: Filter): Filter[] {
  return filters.filter((each) => filter.includes(each) !== (each === one));
}

const passes: Record<Filter, (model: SquareModel) => boolean> = {
  vision: (model) => model.capabilities.includes("vision"),
  thinking: (model) => model.capabilities.includes("reasoning"),
  tools: (model) => model.capabilities.includes("tools"),
  free: (model) => model.isFree,
  local: (model) => model.isLocal,
};

const UNIT = 1_000_000_000n;

/** Whether the dearer of input and output is at most so many units for a million tokens; what has no price is not cheap. */
function isAtMost({ price }: SquareModel, units: bigint): boolean {
  if (price === null) return false;
  return price.inputNanos <= units * UNIT && price.outputNanos <= units * UNIT;
}

function hasStatus(model: SquareModel, status: NonNullable<SquareParams["status"]>): boolean {
  return status === "retiring" ? model.retiresAt !== null : model.state === status;
}

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

type Wanted = Pick<SquareParams, "filter" | "vendor" | "group" | "context" | "price" | "status">;

/** Those that pass every filter; what can be called now first, then by name. */
export function filterModels(models: readonly SquareModel[], wanted: Wanted): SquareModel[] {
  const { filter, vendor, group, context, price, status } = wanted;
  return models
    .filter(
      (model) =>
        filter.every((each) => passes[each](model)) &&
        (vendor === null || model.vendor === vendor) &&
        (group === null || model.groups.some(({ id }) => id === group)) &&
        (context === null || (model.contextTokens ?? 0) >= contexts[context]) &&
        (price === null || isAtMost(model, BigInt(price))) &&
        (status === null || hasStatus(model, status)),
    )
    .sort(
      (a, b) => stateOrder[a.state] - stateOrder[b.state] || (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1),
    );
}
