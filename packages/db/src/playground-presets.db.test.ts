import { AppError } from "@lyceum/domain";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createActsFixture } from "./acts-fixture.ts";
import { purgeConversations } from "./conversation-purge.ts";
import { changePreset, createPreset, deletePreset, listPresets, restorePreset } from "./playground-presets.ts";
import type { DatabasePool } from "./pool.ts";
import { createPatientPool } from "./testing/patient-clients.ts";

let fixture: Awaited<ReturnType<typeof createActsFixture>>;
let pool: DatabasePool;
let userId: string;
let other: string;
beforeAll(async () => {
  fixture = await createActsFixture();
  pool = createPatientPool(fixture.url, 2);
});
afterAll(async () => {
  await pool.end();
  await fixture.drop();
});
beforeEach(async () => {
  userId = (await fixture.person()).userId;
  other = (await fixture.person("admin")).userId;
});

const content = { systemPrompt: "Be brief.", parameters: { temperature: 0.2 }, prompt: "Derive:" };
const most = 3;
const create = (name: string, by = userId) =>
  fixture.db.$transaction((tx) => createPreset(tx, by, { name, ...content }, most));
const change = (id: string, changes: Parameters<typeof changePreset>[3], by = userId) =>
  fixture.db.$transaction((tx) => changePreset(tx, by, id, changes));
const remove = (id: string, by = userId) => fixture.db.$transaction((tx) => deletePreset(tx, by, id));
const restore = (id: string, by = userId) => fixture.db.$transaction((tx) => restorePreset(tx, by, id, most));
const names = async (by = userId) => (await listPresets(fixture.db, by)).map(({ name }) => name);
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: unknown) => (error instanceof AppError ? error.code : error),
  );

describe("presets", () => {
  it("are kept, renamed, replaced, deleted and taken back", async () => {
    const made = await create("推导");
    expect(await listPresets(fixture.db, userId)).toEqual([{ id: made.id, name: "推导", ...content }]);
    await change(made.id, { name: "Derive" });
    const replaced = await change(made.id, { content: { systemPrompt: "", parameters: { seed: 1 }, prompt: "" } });
    expect(replaced).toEqual({ id: made.id, name: "Derive", systemPrompt: "", parameters: { seed: 1 }, prompt: "" });
    await remove(made.id);
    expect(await names()).toEqual([]);
    expect(await codeOf(remove(made.id))).toBe("not_found");
    expect(await restore(made.id)).toEqual(replaced);
    expect(await codeOf(restore(made.id))).toBe("not_found");
  });

  it("are their owner's alone", async () => {
    const { id } = await create("mine");
    expect(await names(other)).toEqual([]);
    expect(await codeOf(change(id, { name: "theirs" }, other))).toBe("not_found");
    expect(await codeOf(remove(id, other))).toBe("not_found");
    await remove(id);
    expect(await codeOf(restore(id, other))).toBe("not_found");
    expect(await names()).toEqual([]);
  });

  it("have names of their own, whatever the capitals; a deleted one's is free again", async () => {
    const first = await create("Plot");
    expect(await codeOf(create("pLOT"))).toBe("name_taken");
    expect(await codeOf(create("Plot", other))).toBeNull();
    const second = await create("fit");
    expect(await codeOf(change(second.id, { name: "plot" }))).toBe("name_taken");
    expect((await change(second.id, { name: "FIT" })).name).toBe("FIT");
    await remove(first.id);
    await create("plot");
    expect(await codeOf(restore(first.id))).toBe("name_taken");
    expect(await names()).toEqual(["FIT", "plot"]);
  });

  it("are as many as may be and no more, also when several are made at once or one is taken back", async () => {
    const made = await Promise.all(["a", "b", "c", "d", "e"].map((name) => codeOf(create(name))));
    expect(made.filter((code) => code === null)).toHaveLength(most);
    expect(made.filter((code) => code === "invalid_request")).toHaveLength(2);
    const [first] = await listPresets(fixture.db, userId);
    await remove(first?.id ?? "");
    await create("f");
    expect(await codeOf(restore(first?.id ?? ""))).toBe("invalid_request");
  });

  it("that were deleted are gone for good after a day", async () => {
    const [old, fresh, kept] = [await create("old"), await create("fresh"), await create("kept")];
    await remove(old.id);
    await remove(fresh.id);
    await fixture.db
      .$executeRaw`update playground_preset set deleted_at = now() - interval '25 hours' where id = ${old.id}::uuid`;
    expect(await purgeConversations(pool)).toBeGreaterThanOrEqual(1);
    const left = await fixture.db.playgroundPreset.findMany({ where: { userId }, select: { id: true } });
    expect(left.map(({ id }) => id).sort()).toEqual([fresh.id, kept.id].sort());
  });
});
