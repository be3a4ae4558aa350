import type { DatabasePool } from "@lyceum/db/pool";
import { expect, it } from "vitest";
import { startPresence } from "./presence.ts";

it("signs off behind its last heartbeat, which would write the row anew", async () => {
  const done: string[] = [];
  const beating = Promise.withResolvers<void>();
  const answered = Promise.withResolvers<void>();
  const pool = {
    async query(asked: string | { text: string }) {
      const text = typeof asked === "string" ? asked : asked.text;
      if (text.includes("heartbeat_at = now()")) {
        beating.resolve();
        await answered.promise;
        done.push("heartbeat");
      }
      if (text.startsWith("delete from worker")) done.push("sign-off");
      return { rows: [] };
    },
  } as unknown as DatabasePool;
  const presence = startPresence(
    pool,
    "w",
    () => null,
    () => undefined,
  );
  await beating.promise;
  const stopped = presence.stop();
  await new Promise((resolve) => setImmediate(resolve));
  answered.resolve();
  await stopped;
  expect(done).toEqual(["heartbeat", "sign-off"]);
});
