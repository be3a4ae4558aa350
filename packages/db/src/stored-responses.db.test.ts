import { newId } from "@lyceum/domain";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { DatabasePool } from "./pool.ts";
import {
  deleteExcessResponses,
  deleteExpiredResponses,
  deleteStoredResponse,
  findConversation,
  findStoredItems,
  findStoredResponse,
  insertStoredResponse,
} from "./stored-responses.ts";
import { createPatientPool } from "./testing/patient-clients.ts";
import { createTestDatabase, type TestDatabase } from "./testing/test-database.ts";

const MOST = 1_000_000;
let database: TestDatabase;
let pool: DatabasePool;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPatientPool(database.url, 2);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

/** Keeps a response that goes on from another; returns its id. */
async function keep(accountId: string, previousId: string | null = null, text = "{}", turns: string[] = []) {
  const id = newId();
  await insertStoredResponse(
    pool,
    accountId,
    { id, previousId, input: "[1.0]", response: text, itemIds: [] },
    turns,
    30,
  );
  return id;
}
const expire = (id: string) =>
  pool.query("update stored_response set expires_at = now() - interval '1 second' where id = $1", [id]);

it("finds a response, as it was written, for its own account only (case 58)", async () => {
  const account = newId();
  const id = await keep(account, null, '{"b":1.0,"a":12345678901234567890}');
  expect(await findStoredResponse(pool, account, id)).toEqual({
    id,
    previousId: null,
    input: "[1.0]",
    response: '{"b":1.0,"a":12345678901234567890}',
  });
  expect(await findStoredResponse(pool, newId(), id)).toBeNull();
  expect(await findConversation(pool, newId(), id, MOST)).toEqual({ kind: "missing" });
});

it("finds a conversation from its first turn, within its account and a limit", async () => {
  const account = newId();
  const first = await keep(account);
  const second = await keep(account, first);
  const third = await keep(account, second);
  const found = await findConversation(pool, account, third, MOST);
  expect(found.kind === "found" && found.turns.map(({ id }) => id)).toEqual([first, second, third]);
  expect(await findConversation(pool, account, third, 15)).toEqual({ kind: "too-long" });
  expect((await findConversation(pool, account, third, 21)).kind).toBe("found");
  const stranger = await keep(newId(), third);
  expect(await findConversation(pool, account, stranger, MOST)).toEqual({ kind: "missing" });
});

it("finds nothing that has expired or was deleted, nor what goes on from it", async () => {
  const account = newId();
  const first = await keep(account);
  const second = await keep(account, first);
  expect(await deleteStoredResponse(pool, newId(), first)).toBe(false);
  expect(await deleteStoredResponse(pool, account, first)).toBe(true);
  expect(await deleteStoredResponse(pool, account, first)).toBe(false);
  expect(await findConversation(pool, account, second, MOST)).toEqual({ kind: "missing" });
  await expire(second);
  expect(await findStoredResponse(pool, account, second)).toBeNull();
  expect(await deleteStoredResponse(pool, account, second)).toBe(false);
});

it("keeps what a further turn goes on from as long as that turn", async () => {
  const account = newId();
  const first = await keep(account);
  await pool.query("update stored_response set expires_at = now() + interval '1 hour' where id = $1", [first]);
  await keep(account, first, "{}", [first]);
  const { rows } = await pool.query<{ days: number }>(
    "select extract(day from expires_at - now())::int as days from stored_response where id = $1",
    [first],
  );
  expect(rows[0]?.days).toBeGreaterThan(28);
});

it("finds items by their ids, for their own account only, as long as their response is there", async () => {
  const account = newId();
  const response = '{"output":[{"id":"msg_1","n":1.0},{"type":"x"},{"id":"fc_1"}]}';
  const keepItems = async (id: string) =>
    insertStoredResponse(
      pool,
      account,
      { id, previousId: null, input: "[]", response, itemIds: ["msg_1", "", "fc_1"] },
      [],
      30,
    );
  const [first, second] = [newId(), newId()];
  await keepItems(first);
  const wanted = ["msg_1", "fc_1", "nothing", ""];
  const items = new Map([
    ["msg_1", '{"id":"msg_1","n":1.0}'],
    ["fc_1", '{"id":"fc_1"}'],
  ]);
  expect(await findStoredItems(pool, account, wanted, 1_000)).toEqual(items);
  expect(await findStoredItems(pool, newId(), wanted, 1_000)).toEqual(new Map());
  const bytes = [...items.values()].join("").length;
  expect(await findStoredItems(pool, account, wanted, bytes)).toEqual(items);
  expect(await findStoredItems(pool, account, wanted, bytes - 1)).toBeNull();
  // Servers that give the same ids again and again: the newest is meant.
  await keepItems(second);
  await deleteStoredResponse(pool, account, first);
  expect(await findStoredItems(pool, account, wanted, 1_000)).toEqual(items);
  await deleteStoredResponse(pool, account, second);
  expect(await findStoredItems(pool, account, wanted, 1_000)).toEqual(new Map());
});

it("deletes what has expired, and the oldest of who keeps too much", async () => {
  const account = newId();
  const gone = await keep(account);
  await expire(gone);
  const [old, recent] = [await keep(account), await keep(account)];
  await pool.query("update stored_response set created_at = now() - interval '1 hour' where id = $1", [old]);
  expect(await deleteExpiredResponses(pool)).toBeGreaterThanOrEqual(1);
  const ids = async () =>
    (
      await pool.query<{ id: string }>("select id from stored_response where account_id = $1 order by created_at", [
        account,
      ])
    ).rows.map(({ id }) => id);
  expect(await ids()).toEqual([old, recent]);
  expect(await deleteExcessResponses(pool, 10)).toBeGreaterThanOrEqual(1);
  expect(await ids()).toEqual([recent]);
});
