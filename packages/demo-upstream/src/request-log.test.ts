import { describe, expect, it } from "vitest";
import { createRequestLog } from "./request-log.ts";

const request = (body = Buffer.alloc(0)) => ({ method: "POST", path: "/v1/chat/completions", headers: {}, body });

describe("the request log", () => {
  it("keeps the last 1000 requests and counts all", () => {
    const log = createRequestLog();
    for (let index = 0; index < 1500; index++) log.countModel(log.add(request()), index % 2 ? "odd" : "even");
    const ids = log.list().map((seen) => seen.id);
    expect([ids.length, ids[0], ids.at(-1)]).toEqual([1000, 501, 1500]);
    expect(log.counts()).toEqual({ received: 1500, perModel: { even: 750, odd: 750 } });
  });

  it("keeps as many as it is told to", () => {
    const log = createRequestLog(3);
    for (let index = 0; index < 5; index++) log.add(request());
    expect(log.list().map((seen) => seen.id)).toEqual([3, 4, 5]);
  });

  it("keeps no more than 128 MB of bodies, but always the newest", () => {
    const log = createRequestLog();
    const body = Buffer.alloc(50 * 1024 * 1024);
    for (let index = 0; index < 5; index++) log.add(request(body));
    expect(log.list().map((seen) => seen.id)).toEqual([4, 5]);
    log.add(request(Buffer.alloc(129 * 1024 * 1024)));
    expect(log.list().map((seen) => seen.id)).toEqual([6]);
  });

  it("counts names beyond the thousandth together", () => {
    const log = createRequestLog();
    for (let index = 0; index < 1005; index++) log.countModel(log.add(request()), `model-${index}`);
    const { perModel } = log.counts();
    expect(Object.keys(perModel)).toHaveLength(1001);
    expect(perModel["(other)"]).toBe(5);
  });

  it("starts counting anew after clear, with new ids", () => {
    const log = createRequestLog();
    log.countModel(log.add(request()), "a");
    log.clear();
    expect(log.list()).toEqual([]);
    expect(log.counts()).toEqual({ received: 0, perModel: {} });
    const seen = log.add(request());
    expect([seen.id, log.countModel(seen, "a")]).toEqual([2, 1]);
  });
});
