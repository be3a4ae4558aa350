import { commandLine, createUser } from "@lyceum/db";
import { createTestDatabase } from "@lyceum/db/testing";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { getDb } from "#server/db.ts";
import { useDatabase } from "#server/testing/next-edges.ts";
import { exportRecords } from "./export.ts";
import { readUsageParams } from "./params.ts";

vi.mock("next-intl/server", async () => (await import("#server/testing/next-edges.ts")).edges["next-intl/server"]);

let drop: () => Promise<void>;
let userId: string;
beforeAll(async () => {
  const database = await createTestDatabase();
  useDatabase(database.url);
  const person = { studentId: "S000001", name: "n", role: "student", password: "correct horse battery" } as const;
  userId = (await getDb().$transaction((tx) => createUser(tx, commandLine, person))).userId;
  drop = async () => {
    await getDb().$disconnect();
    await database.drop();
  };
});
afterAll(() => drop());

/** So many requests of a minute ago, each with an id of its own: an export ends with the millisecond in which it begins. */
async function addRequests(count: number): Promise<void> {
  await getDb()
    .$executeRaw`insert into usage_record (id, account_id, user_id, group_id, protocol, requested_model, model, is_stream, attempts,
      input_tokens, cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens, image_tokens, audio_tokens, multiplier_ppm,
      cost_nanos, reserved_nanos, charge_nanos, uncollected_nanos, outcome, http_status, is_estimated, queue_ms, total_ms, admitted_at)
    select overlay(id_floor(now() - interval '1 minute')::text placing lpad(n::text, 12, '0') from 25)::uuid, a.id, a.user_id, 'default', 'openai-chat', 'm', 'm', false,
      1, 0, 0, 0, 0, 0, 0, 0, 1000000, 0, 0, 0, 0, 'ok', 200, false, 0, 1, now() - interval '1 minute'
    from account a, generate_series(1, ${count}::int) n where a.user_id = ${userId}::uuid`;
}

async function idsOf(body: ReadableStream<Uint8Array>): Promise<string[]> {
  const lines = (await new Response(body).text()).split("\r\n");
  expect(lines[0]).toContain("request_id,time,");
  expect(lines.at(-1)).toBe("");
  return lines.slice(1, -1).map((line) => line.split(",")[0] ?? "");
}

describe("the export of one's requests", () => {
  it("has every one of them, once, read page by page, however many there are", async () => {
    const read = async (rowsPerRead?: number) =>
      idsOf((await exportRecords(userId, readUsageParams({ period: "7d" }), rowsPerRead)).body);
    expect(await read(2)).toEqual([]);
    await addRequests(7);
    const few = await read(2);
    expect(new Set(few).size).toBe(7);
    expect(few).toEqual(few.toSorted().reverse());
    expect(await read(7)).toEqual(few);
    await getDb().usageRecord.deleteMany({});
    // More than a spreadsheet is pleasant with, and still no reason to end in the middle.
    await addRequests(50_003);
    expect(new Set(await read()).size).toBe(50_003);
  });
});
