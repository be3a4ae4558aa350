import { Pool } from "undici";

export type Target = { origin: string; headers: Record<string, string>; body: Buffer };
export type LoadResult = { requests: number; failed: number; seconds: number; latenciesMs: Float64Array };

/** Closed loop: so many connections, each sending its next request when the last one was answered, for so long. */
export async function closedLoop(target: Target, connections: number, seconds: number): Promise<LoadResult> {
  const pool = new Pool(target.origin, { connections, pipelining: 1 });
  const latencies: number[] = [];
  let failed = 0;
  const startedAt = performance.now();
  const deadline = startedAt + seconds * 1_000;
  async function connection(): Promise<void> {
    while (performance.now() < deadline) {
      const sentAt = performance.now();
      if ((await send(pool, target)) !== 200) failed++;
      latencies.push(performance.now() - sentAt);
    }
  }
  await Promise.all(Array.from({ length: connections }, connection));
  const elapsed = (performance.now() - startedAt) / 1_000;
  await pool.close();
  return { requests: latencies.length, failed, seconds: elapsed, latenciesMs: Float64Array.from(latencies).sort() };
}

function send(pool: Pool, target: Target): Promise<number> {
  return new Promise((resolve, reject) => {
    let status = 0;
    pool.dispatch(
      { method: "POST", path: "/v1/chat/completions", headers: target.headers, body: target.body },
      {
        onRequestStart() {},
        onResponseStart(_, statusCode) {
          status = statusCode;
        },
        onResponseData() {},
        onResponseEnd: () => resolve(status),
        onResponseError: (_, error) => reject(error),
      },
    );
  });
}

/** Nearest-rank percentile of sorted values. */
export function percentile(sorted: Float64Array, percent: number): number {
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}
