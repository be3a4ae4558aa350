import { newId } from "@lyceum/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createActsFixture } from "./acts-fixture.ts";
import { countConversations, listConversations } from "./conversations.ts";
import { openConversation } from "./turns.ts";

// A person who kept everything: 1,000 conversations of 20 turns, and one of 2,000 with branches. docs/playground.md has how long it takes.
let fixture: Awaited<ReturnType<typeof createActsFixture>>;
let userId: string;
const long = newId();
beforeAll(async () => {
  fixture = await createActsFixture();
  userId = (await fixture.person()).userId;
  const { db } = fixture;
  await db.$executeRaw`insert into conversation (id, user_id, title, updated_at)
    select new_id(), ${userId}::uuid, 'conversation ' || n, now() - make_interval(mins => n) from generate_series(1, 1000) n`;
  await db.$executeRaw`insert into conversation (id, user_id, title) values (${long}::uuid, ${userId}::uuid, 'the long one')`;
  // Texts that don't compress to nothing: digests, in lines.
  await db.$executeRaw`insert into turn (id, conversation_id, kind, text)
    select new_id(), c.id, case n % 2 when 0 then 'answer' else 'question' end,
        (select string_agg(md5(c.title || n || '-' || m), E'\n') from generate_series(1, 45) m)
      from conversation c, generate_series(1, 20) n where c.user_id = ${userId}::uuid and c.id <> ${long}::uuid`;
  await db.$executeRaw`update turn set text = text || '热力学第二定律给时间指出方向' where id = (select min(t.id::text)::uuid from turn t
    join conversation c on c.id = t.conversation_id where c.title = 'conversation 777')`;
  await db.$executeRaw`with ids as materialized (select n, ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid as id from generate_series(1, 2000) n)
    insert into turn (id, conversation_id, parent_id, kind, text)
    select a.id, ${long}::uuid, b.id, case a.n % 2 when 0 then 'answer' else 'question' end,
        a.n || ' ' || (select string_agg(md5(a.n || '-' || m), E'\n') from generate_series(1, 45) m)
      from ids a left join ids b on b.n = a.n - 1`;
  await db.$executeRaw`analyze conversation, turn`;
}, 120_000);
afterAll(() => fixture.drop());

describe("somebody with a thousand conversations", () => {
  it("gets them page by page", async () => {
    expect(await countConversations(fixture.db, userId)).toBe(1_001);
    const seen: string[] = [];
    let before: { updatedAt: Date; id: string } | null = null;
    for (;;) {
      const rows = await listConversations(fixture.db, userId, { query: "", before, limit: 100 });
      seen.push(...rows.map(({ id }) => id));
      before = rows.at(-1) ?? null;
      if (rows.length < 100) break;
    }
    expect(new Set(seen).size).toBe(1_001);
  });

  it("finds the one word in all of them", async () => {
    const rows = await listConversations(fixture.db, userId, { query: "第二定律", before: null, limit: 100 });
    expect(rows).toMatchObject([{ title: "conversation 777", excerpt: expect.stringContaining("第二定律给时间") }]);
    expect(
      await listConversations(fixture.db, userId, { query: "nowhere to be found", before: null, limit: 100 }),
    ).toEqual([]);
  });

  it("opens one of 2,000 turns at its end, and reads on upwards", async () => {
    const opened = await openConversation(fixture.db, userId, long, { before: null, limit: 200 });
    expect(opened?.turns.map(({ text }) => Number(text.split(" ")[0]))).toEqual(
      Array.from({ length: 200 }, (_, index) => 1_801 + index),
    );
    expect(opened?.hasEarlier).toBe(true);
    const first = opened?.turns[0]?.id ?? null;
    const earlier = await openConversation(fixture.db, userId, long, { before: first, limit: 2_000 });
    expect([earlier?.turns.length, earlier?.hasEarlier]).toEqual([1_800, false]);
  });
});
