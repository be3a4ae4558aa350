import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ActsFixture, createActsFixture } from "./acts-fixture.ts";
import {
  applyRoster,
  createCourse,
  createModel,
  getModelAbout,
  listOwnCourseMoney,
  setGroupLimits,
  setPrice,
  setUserLimits,
  type Tx,
  writeHandEvent,
} from "./index.ts";

let fixture: ActsFixture;
const staff = { id: null, name: "staff" };
const inAYear = new Date(Date.now() + 365 * 86_400_000);
beforeAll(async () => {
  fixture = await createActsFixture();
});
afterAll(() => fixture.drop());

const act = <T>(run: (tx: Tx) => Promise<T>) => fixture.db.$transaction(run);

describe("what the square tells of a model", () => {
  it("is what limits the reader, the running courses that open it, and what changed, without who did it", async () => {
    const person = await fixture.person();
    const { id } = await act((tx) => createModel(tx, staff, { name: "qwen-vip", capabilities: [], groups: ["vip"] }));
    const course = (code: string, more: object) =>
      act((tx) => createCourse(tx, staff, { code, name: "量子", endsAt: inAYear, groupIds: ["vip"], ...more }));
    await course("Q-1", {});
    await course("Q-2", { models: ["qwen-vip"] });
    await course("Q-3", { models: ["another"] });
    await course("Q-4", { groupIds: ["default"] });
    await course("Q-5", { startsAt: new Date(Date.now() + 86_400_000) });
    await act((tx) => setGroupLimits(tx, staff, { groupId: "vip", limits: { rpmLimit: 30 } }));
    await act((tx) => setUserLimits(tx, staff, { userId: person.userId, limits: { parallelLimit: 4 } }));
    await act((tx) => setPrice(tx, staff, { modelId: id, input: "1", output: "2" }));
    await act((tx) => setPrice(tx, staff, { modelId: id, input: "2", output: "4" }));
    const model = { id, name: "qwen-vip" };
    await act((tx) => writeHandEvent(tx, staff, { kind: "model-paused", model, detail: { reason: "secret" } }));
    await act((tx) => writeHandEvent(tx, staff, { kind: "deployment-reset", model }));

    const about = await getModelAbout(fixture.db, {
      ...{ userId: person.userId, model: { ...model, groups: ["vip"] }, groupId: "vip" },
    });
    expect(about.member).toMatchObject({ rpmLimit: 30 });
    expect(about.own).toMatchObject({ parallelLimit: 4, rpmLimit: null });
    expect(about.courses.map((each) => each.code)).toEqual(["Q-1", "Q-2"]);
    const [one, two, four] = [1_000_000_000n, 2_000_000_000n, 4_000_000_000n];
    expect(about.changes).toEqual([
      { kind: "model-paused", at: expect.any(Date) },
      {
        ...{ kind: "price", at: expect.any(Date) },
        ...{ before: { inputNanos: one, outputNanos: two }, after: { inputNanos: two, outputNanos: four } },
      },
      { kind: "price", at: expect.any(Date), before: null, after: { inputNanos: one, outputNanos: two } },
    ]);
  });
});

it("lists the running courses of a student on home, with nothing left where nothing was given", async () => {
  const person = await fixture.person();
  const courseOf = async (code: string, endsAt: Date) => {
    const { id } = await act((tx) => createCourse(tx, staff, { code, name: code, endsAt }));
    const rows = [{ studentId: person.studentId, name: "x" }];
    await act((tx) => applyRoster(tx, staff, { courseId: id, rows, fileName: "f", digest: "d" }));
    return id;
  };
  const running = await courseOf("H-1", inAYear);
  const ended = await courseOf("H-2", inAYear);
  await fixture.db
    .$executeRaw`update course set ends_at = clock_timestamp() - interval '1 millisecond' where id = ${ended}::uuid`;
  expect(await listOwnCourseMoney(fixture.db, person.userId)).toEqual([
    { id: running, name: "H-1", leftNanos: 0n, endsAt: null },
  ]);
});
