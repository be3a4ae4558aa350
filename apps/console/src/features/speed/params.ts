/** What the address of the page says. */
export interface SpeedParams {
  /** Of one's own runs; null: the newest. */
  run: string | null;
  metric: SpeedMetric;
  /** Whose hours the heat map shows; null: the first model. */
  model: string | null;
  /** Of the models of the table of real traffic, from 1; null: where the model is. */
  page: number | null;
}

export const speedMetrics = ["ttft", "ttfa", "tpot", "e2e"] as const;
export type SpeedMetric = (typeof speedMetrics)[number];

type SearchParams = Record<string, string | string[] | undefined>;

/** Reads the address; what makes no sense is left out. */
export function readSpeedParams(search: SearchParams): SpeedParams {
  const one = (name: string) => (typeof search[name] === "string" ? search[name] : null);
  return {
    run: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(one("run") ?? "") ? one("run") : null,
    metric: speedMetrics.find((each) => each === one("metric")) ?? "ttft",
    model: one("model"),
    page: /^[1-9]\d{0,3}$/.test(one("page") ?? "") ? Number(one("page")) : null,
  };
}

/** The page's address with changes. */
export function speedHref(params: SpeedParams, changes: Partial<SpeedParams>, path = "/speed"): string {
  const { run, metric, model, page } = { ...params, ...changes };
  const query = new URLSearchParams();
  if (run !== null && path === "/speed") query.set("run", run);
  if (metric !== "ttft") query.set("metric", metric);
  if (model !== null) query.set("model", model);
  if (page !== null && path === "/speed") query.set("page", String(page));
  const text = query.toString();
  return text === "" ? path : `${path}?${text}`;
}
