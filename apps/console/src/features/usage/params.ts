export const periods = ["today", "7d", "14d", "30d"] as const;
export type Period = (typeof periods)[number];
export const metrics = ["cost", "tokens", "requests"] as const;
export type Metric = (typeof metrics)[number];
/** What can be added up. */
export const sumMetrics = [...metrics, "cached", "thinking", "errors"] as const;
export type SumMetric = (typeof sumMetrics)[number];
export const usageMetrics = [...sumMetrics, "latency"] as const;
export const groupings = ["model", "key", "day", "course"] as const;
export type By = (typeof groupings)[number];

/** What the usage page shows; all of it stands in the URL. */
export interface UsageParams {
  period: Period;
  /** `YYYY-MM-DD`: one past day by the hour, in place of the period. */
  day: string | null;
  metric: (typeof usageMetrics)[number];
  by: By;
  page: number;
  /** The request whose receipt is open, as shown: req_…. */
  request: string | null;
}

export type SearchParams = Record<string, string | string[] | undefined>;

const defaults: UsageParams = { period: "7d", day: null, metric: "cost", by: "model", page: 1, request: null };

/** Reads the URL; what it doesn't know becomes the default. */
export function readUsageParams(search: SearchParams): UsageParams {
  const text = (name: string) => {
    const value = search[name];
    return typeof value === "string" ? value : "";
  };
  const day = text("day");
  const page = Number(text("page"));
  return {
    period: periods.find((period) => period === text("period")) ?? defaults.period,
    day: /^\d{4}-\d{2}-\d{2}$/.test(day) ? day : null,
    metric: usageMetrics.find((metric) => metric === text("metric")) ?? defaults.metric,
    by: groupings.find((by) => by === text("by")) ?? defaults.by,
    page: Number.isInteger(page) && page >= 1 ? page : 1,
    request: text("request") || null,
  };
}

/** The address of the page with some of this changed; defaults are left out. `path` may be that of the export. */
export function usageHref(params: UsageParams, changes: Partial<UsageParams> = {}, path = "/usage"): string {
  const wanted = { ...params, ...changes };
  const query = new URLSearchParams();
  if (wanted.day !== null) query.set("day", wanted.day);
  else if (wanted.period !== defaults.period) query.set("period", wanted.period);
  if (wanted.metric !== defaults.metric) query.set("metric", wanted.metric);
  if (wanted.by !== defaults.by) query.set("by", wanted.by);
  if (wanted.page !== 1) query.set("page", String(wanted.page));
  if (wanted.request !== null) query.set("request", wanted.request);
  return query.size === 0 ? path : `${path}?${query}`;
}
