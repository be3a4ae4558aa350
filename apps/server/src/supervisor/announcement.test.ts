import { describe, expect, it } from "vitest";
import { parseSettings } from "../env.ts";
import { forMachines, forPeople } from "./announcement.ts";
import type { System } from "./start-system.ts";

const settings = parseSettings({ LYCEUM_DATA_DIR: "/srv/data" });
const system: System = {
  url: "http://localhost:3000",
  databaseUrl: "postgresql://db",
  signIn: { studentId: "ADMIN", password: "once-only" },
  demo: undefined,
  stop: async () => undefined,
};
const demo: System["demo"] = {
  admin: { studentId: "ADMIN", name: "管理员", password: "pass" },
  students: [
    { studentId: "1", name: "张", password: "pass", key: "sk-1" },
    { studentId: "2", name: "李", password: "pass" },
  ],
  models: ["m1", "m2"],
  upstreamUrl: "http://127.0.0.1:9/v1",
  stop: async () => undefined,
};

describe("what a start says", () => {
  it("tells people address, data folder and, the first time, the first admin's sign-in", () => {
    const text = forPeople(system, settings, 1234);
    for (const part of ["started in 1.2 s", "http://localhost:3000", "/srv/data", "ADMIN", "once-only"]) {
      expect(text).toContain(part);
    }
    expect(forPeople({ ...system, signIn: null }, settings, 1)).not.toContain("First admin");
  });

  it("prints for the demo a curl line that is whole and safely quoted", () => {
    const text = forPeople({ ...system, signIn: null, demo }, settings, 1);
    const line = text.split("\n").find((candidate) => candidate.startsWith("curl"));
    expect(line).toContain("http://localhost:3000/v1/chat/completions");
    expect(line).toContain("'Authorization: Bearer sk-1'");
    const body = /-d '([^']+)'$/.exec(line ?? "")?.[1] ?? "";
    expect(JSON.parse(body)).toMatchObject({ model: "m1", stream: true });
  });

  it("gives machines the sign-ins, keys and models under fixed names", () => {
    expect(forMachines({ ...system, demo }, settings)).toEqual({
      url: "http://localhost:3000",
      dataDir: "/srv/data",
      databaseUrl: "postgresql://db",
      pid: process.pid,
      signIn: system.signIn,
      admin: demo.admin,
      students: demo.students,
      keys: [{ studentId: "1", key: "sk-1" }],
      models: ["m1", "m2"],
      upstreamUrl: "http://127.0.0.1:9/v1",
    });
  });
});
