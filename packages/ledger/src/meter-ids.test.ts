import { createHash } from "node:crypto";
import { newId } from "@lyceum/domain";
import { expect, it } from "vitest";
import { memberMeterId } from "./meter-ids.ts";

it("is one for each account and group, in whatever order they are asked for", () => {
  const accounts = [newId(), newId()];
  const groups = ["default", "vip", "课程"];
  for (let round = 0; round < 2; round++) {
    for (const group of groups) {
      for (const account of accounts) {
        const md5 = createHash("md5").update(`${account}/${group}`).digest("hex");
        for (let again = 0; again < 2; again++) {
          const id = memberMeterId(account, group);
          expect(id).toMatch(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
          expect(id.replaceAll("-", "")).toBe(md5);
        }
      }
    }
  }
});
