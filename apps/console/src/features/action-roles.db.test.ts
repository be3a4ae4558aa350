import { commandLine, createUser, getSessionUser, getSettings, type SessionUser } from "@lyceum/db";
import { createTestDatabase } from "@lyceum/db/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { getDb } from "#server/db.ts";
import { findActions } from "#server/testing/every-action.ts";
import { request, useDatabase } from "#server/testing/next-edges.ts";

vi.mock("next/headers", async () => (await import("#server/testing/next-edges.ts")).edges["next/headers"]);
vi.mock("next/cache", async () => (await import("#server/testing/next-edges.ts")).edges["next/cache"]);
vi.mock("next-auth", async () => (await import("#server/testing/next-edges.ts")).edges["next-auth"]);
vi.mock("next-intl/server", async () => (await import("#server/testing/next-edges.ts")).edges["next-intl/server"]);

/** Who besides admins may call what. Whatever isn't named here must be an admin's: a new action is closed until somebody says so. */
const open: Record<string, "anybody" | "signed-in"> = {
  "account/register": "anybody",
  "account/acceptTerms": "signed-in",
  "account/changePassword": "signed-in",
  "account/claimCourses": "signed-in",
  // Whom somebody may speak to is asked inside: staff a course, administrators everybody.
  "announcements/announce": "signed-in",
  "announcements/changeAnnouncement": "signed-in",
  "announcements/dismissAnnouncement": "signed-in",
  "announcements/endAnnouncement": "signed-in",
  "back-to-work/capKey": "signed-in",
  // Who has come from the campus's server stands in a signed cookie.
  "campus/settleArrival": "anybody",
  "back-to-work/setKeyModel": "signed-in",
  "balance/setUnpriced": "signed-in",
  "balance/takeCourseAdvance": "signed-in",
  // Roles of a course belong to the course: who has none hears not_found from the act itself.
  "courses/chooseAllMembers": "signed-in",
  "courses/confirmCourseMember": "signed-in",
  "courses/createNewCourse": "signed-in",
  "courses/endMembership": "signed-in",
  "courses/fundCourseMembers": "signed-in",
  "courses/giveRegularly": "signed-in",
  "courses/stopRegular": "signed-in",
  "courses/issueMemberCode": "signed-in",
  "courses/issueChosenCodes": "signed-in",
  "courses/addStaff": "signed-in",
  "courses/archive": "signed-in",
  "courses/copyToNextTerm": "signed-in",
  "courses/removeStaff": "signed-in",
  "courses/setCourseSettings": "signed-in",
  "courses/undoCourseFunding": "signed-in",
  "keys/createKey": "signed-in",
  "keys/createKeys": "signed-in",
  "keys/rollKey": "signed-in",
  "keys/reportLeak": "anybody",
  "keys/setKeyExpiry": "signed-in",
  "keys/updateKey": "signed-in",
  "keys/disableKey": "signed-in",
  "keys/enableKey": "signed-in",
  "keys/deleteKey": "signed-in",
  "courses/import/issueCodes": "signed-in",
  "courses/import/undoImport": "signed-in",
  "requests/askForMore": "signed-in",
  "requests/withdrawRequest": "signed-in",
  "requests/grantRequest": "signed-in",
  "requests/grantOtherAmount": "signed-in",
  "requests/refuseRequest": "signed-in",
  // Conversations are their owner's: of somebody else's an act hears not_found.
  "playground/cancelPending": "signed-in",
  "playground/chooseBranch": "signed-in",
  "playground/clearContext": "signed-in",
  "playground/clearConversation": "signed-in",
  "playground/continueAnswer": "signed-in",
  "playground/deleteAllConversations": "signed-in",
  "playground/deleteConversation": "signed-in",
  "playground/deleteTurns": "signed-in",
  "playground/editTurn": "signed-in",
  "playground/forkConversation": "signed-in",
  "playground/previewRequest": "signed-in",
  "playground/regenerate": "signed-in",
  "playground/restore": "signed-in",
  "playground/send": "signed-in",
  "playground/sendPending": "signed-in",
  "playground/stop": "signed-in",
  "playground/updateConversation": "signed-in",
  // So are presets.
  "playground/own-presets/changePreset": "signed-in",
  "playground/own-presets/createPreset": "signed-in",
  "playground/own-presets/deletePreset": "signed-in",
  "playground/own-presets/restorePreset": "signed-in",
  "playground/share/lookUpModels": "signed-in",
  "own-settings/askEmail": "signed-in",
  "own-settings/confirmEmail": "signed-in",
  "own-settings/removeEmail": "signed-in",
  "own-settings/setMailKinds": "signed-in",
  "own-settings/signOutEverywhere": "signed-in",
  "notices/mark": "signed-in",
  "speed/shareRun": "signed-in",
  // Of no course: the act itself asks for an admin.
  "vouchers/makeVouchers": "signed-in",
  "vouchers/revoke": "signed-in",
  "vouchers/redeem": "signed-in",
};

const actions = await findActions();

let drop: () => Promise<void>;
let student: SessionUser;
let auditor: SessionUser;
beforeAll(async () => {
  const database = await createTestDatabase();
  useDatabase(database.url);
  const { terms } = await getSettings(getDb());
  const person = async (studentId: string, role: "student" | "auditor") => {
    const input = { studentId, name: role, role, password: "correct horse battery" };
    const { userId } = await getDb().$transaction((tx) => createUser(tx, commandLine, input));
    await getDb().user.update({ where: { id: userId }, data: { termsVersion: terms.version } });
    const found = await getSessionUser(getDb(), userId);
    if (!found) throw new Error("the person just made is missing");
    return found;
  };
  student = await person("S000001", "student");
  auditor = await person("S000002", "auditor");
  drop = async () => {
    await getDb().$disconnect();
    await database.drop();
  };
});
afterAll(() => drop());
beforeEach(() => {
  Object.assign(request, { origin: "http://console.test", user: null, refreshes: 0 });
});

/** Every act writes its trail, so an unchanged trail says that none was done. */
const trail = () => getDb().auditEntry.count();

describe("every action of every feature", () => {
  it("is found, and the list of open ones names none that is gone", () => {
    const names = actions.map(([name]) => name);
    expect(names.length).toBeGreaterThan(20);
    expect(Object.keys(open).filter((name) => !names.includes(name))).toEqual([]);
  });

  it.each(actions)("%s refuses a request from another site", async (_, action) => {
    request.origin = "http://evil.example";
    expect(await action({})).toMatchObject({ ok: false, code: "foreign_origin" });
  });

  it.each(actions.filter(([name]) => open[name] !== "anybody"))("%s refuses the signed-out", async (_, action) => {
    const before = await trail();
    expect(await action({})).toMatchObject({ ok: false, code: "signed_out" });
    expect(await trail()).toBe(before);
  });

  it.each(actions.filter(([name]) => open[name] === undefined))(
    "%s does not exist for a student",
    async (_, action) => {
      request.user = student;
      const before = await trail();
      expect(await action({})).toMatchObject({ ok: false, code: "not_found" });
      expect(await trail()).toBe(before);
      expect(request.refreshes).toBe(0);
    },
  );

  it.each(actions.filter(([name]) => open[name] === "signed-in"))("%s serves a student", async (_, action) => {
    request.user = student;
    expect(await action({})).toMatchObject({ ok: false, code: "invalid_input" });
  });

  // What stands between an auditor and the pages he reads.
  const settling = ["account/acceptTerms", "account/changePassword"];
  it.each(actions.filter(([name]) => open[name] !== "anybody" && !settling.includes(name)))(
    "%s does not exist for an auditor",
    async (_, action) => {
      request.user = auditor;
      const before = await trail();
      expect(await action({})).toMatchObject({ ok: false, code: "not_found" });
      expect(await trail()).toBe(before);
      expect(request.refreshes).toBe(0);
    },
  );
});
