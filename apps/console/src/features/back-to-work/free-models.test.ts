import type { KeyRow, SquareModel } from "@lyceum/db";
import { describe, expect, it } from "vitest";
import { freeModels, goingKeys } from "./free-models.ts";

const group = (id: string, multiplierPpm = 1_000_000) => ({ id, name: id, multiplierPpm, isMine: true });
const model = (name: string, changes: Partial<SquareModel> = {}) =>
  ({
    ...{ name, vendor: "v", isFree: true, isLocal: false, standing: "up", state: "available", price: {} },
    ...{ capabilities: [], groups: [group("default")], group: group("default"), ...changes },
  }) as unknown as SquareModel;
const key = (id: string, changes: Partial<KeyRow> = {}) =>
  ({
    ...{ id, name: id, prefix: "p", lastFour: "l", groupId: "default", models: [], status: "active", isExpired: false },
    ...{ isGroupClosed: false, lastUsedAt: null, ...changes },
  }) as KeyRow;

const square = [
  model("paid", { isFree: false }),
  model("away", { standing: "lost", state: "lost" }),
  model("vectors", { capabilities: ["embedding"] }),
  model("far"),
  model("near", { isLocal: true }),
  model("vip", { groups: [group("vip")] }),
];

describe("free models to go on with", () => {
  it("are those that answer a chat now and cost nothing, the campus's own first", () => {
    expect(freeModels(square).map(({ name }) => name)).toEqual(["near", "far", "vip"]);
  });

  it("go to keys that work and whose group opens one, the one used last first", () => {
    const keys = [
      key("old", { lastUsedAt: new Date(1) }),
      key("off", { status: "disabled", lastUsedAt: new Date(9) }),
      key("ended", { isExpired: true }),
      key("elsewhere", { groupId: "other" }),
      key("limited", { models: ["paid"], lastUsedAt: new Date(2) }),
    ];
    expect(goingKeys(keys, square, freeModels(square))).toEqual([
      { id: "limited", name: "limited", shown: "p…l", models: ["far", "near"], isLimited: true },
      { id: "old", name: "old", shown: "p…l", models: ["far", "near"], isLimited: false },
    ]);
  });

  it("don't go to a key whose group pays for them, where only another group makes them free", () => {
    const [gift, usual] = [group("gift", 0), group("default")];
    const given = [model("given", { groups: [gift, usual], group: gift })];
    const keys = [key("paying"), key("gifted", { groupId: "gift" })];
    expect(goingKeys(keys, given, freeModels(given)).map(({ id }) => id)).toEqual(["gifted"]);
  });
});
