import { NOBODY, type RoleScene, type SceneRole } from "@lyceum/ledger/testing-roles";

const staff: SceneRole[] = ["ta", "instructor", "admin"];
const readers: SceneRole[] = [...staff, "auditor"];
const leaders: SceneRole[] = ["instructor", "admin"];
const day = "2099-01-17";

export type CourseAct = { may: readonly SceneRole[]; input: (scene: RoleScene) => object };
const member = (scene: RoleScene) => ({ memberId: scene.memberOf(NOBODY) });

const said = { level: "info", zh: "x", en: "", from: "", to: "" };

/**
 * Who may do what in a course, written out once more, so that the code's own table is what is tested. An action that whoever is signed in may call
 * stands here or among `ownActs`: a new one fails until somebody says which. In an order in which each still finds what it acts on.
 */
export const courseActs: Readonly<Record<string, CourseAct>> = {
  "courses/createNewCourse": {
    may: [...leaders, "otherInstructor"],
    input: () => ({ code: "NEW", name: "N", firstDay: "", lastDay: day }),
  },
  "courses/chooseAllMembers": { may: staff, input: () => ({ view: {} }) },
  "courses/fundCourseMembers": {
    may: staff,
    input: (scene) => ({ memberIds: [scene.memberOf(NOBODY)], mode: "add", amount: "1", reason: "r" }),
  },
  "courses/giveRegularly": {
    may: staff,
    input: (scene) => ({
      ...{ memberIds: [scene.memberOf(NOBODY)], mode: "add", period: "month", amount: "1" },
      ...{ lastDay: "", reason: "r" },
    }),
  },
  "balance/takeCourseAdvance": { may: ["student"], input: () => ({}) },
  "courses/stopRegular": { may: staff, input: ({ allowanceId }) => ({ allowanceId }) },
  "courses/undoCourseFunding": { may: staff, input: ({ fundingId }) => ({ fundingId }) },
  "requests/askForMore": {
    may: ["student", "ta", "instructor"],
    input: () => ({ mode: "add", amount: "1", reason: "r", deadline: "" }),
  },
  "requests/grantRequest": { may: staff, input: ({ requestId }) => ({ requestId }) },
  "requests/grantOtherAmount": {
    may: staff,
    input: ({ studentRequestIds: [requestId] }) => ({ requestId, amount: "1", answer: "" }),
  },
  "requests/refuseRequest": {
    may: staff,
    input: ({ studentRequestIds: [, requestId] }) => ({ requestId, answer: "no" }),
  },
  "vouchers/makeVouchers": {
    may: staff,
    input: () => ({
      ...{ amount: "1", count: "2", redeemUntil: new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10) },
      ...{ lastDay: "", note: "n", membersOnly: true },
    }),
  },
  "vouchers/revoke": { may: staff, input: ({ batchId }) => ({ batchId, voucherIds: [] }) },
  "courses/import/issueCodes": { may: staff, input: () => ({ onlyMissing: false }) },
  "courses/issueMemberCode": { may: staff, input: member },
  "courses/issueChosenCodes": {
    may: staff,
    input: (scene) => ({ memberIds: [scene.memberOf(NOBODY)], onlyMissing: false }),
  },
  "courses/confirmCourseMember": {
    may: staff,
    input: (scene) => ({ memberId: scene.memberOf(scene.users.unproven.studentId) }),
  },
  "courses/fundCoursePool": { may: ["admin"], input: () => ({ amount: "1", lastDay: "", reason: "r" }) },
  "courses/setCourseSettings": {
    may: leaders,
    input: () => ({ name: "M", firstDay: "", lastDay: day, models: [], groupIds: [], defaultAmount: "" }),
  },
  "courses/addStaff": { may: leaders, input: ({ users }) => ({ studentId: users.student.studentId, role: "ta" }) },
  "courses/copyToNextTerm": {
    may: leaders,
    input: () => ({ code: "COPY", name: "C", firstDay: "", lastDay: day, withStudents: true }),
  },
  "announcements/announce": {
    may: staff,
    input: ({ courseId }) => ({ ...said, audience: "course", subject: courseId, tells: false }),
  },
  "announcements/changeAnnouncement": {
    may: staff,
    input: ({ announcementId }) => ({ ...said, id: announcementId, again: true }),
  },
  "announcements/endAnnouncement": { may: staff, input: ({ announcementId }) => ({ id: announcementId }) },
  "courses/archive": { may: leaders, input: () => ({}) },
  "courses/removeStaff": {
    may: leaders,
    input: ({ memberOf, users }) => ({ memberId: memberOf(users.colleague.studentId) }),
  },
  "courses/endMembership": { may: staff, input: member },
  "courses/import/undoImport": { may: staff, input: ({ importId }) => ({ importId }) },
};

/** About oneself, whatever courses one is in. */
export const ownActs: readonly string[] = [
  ...[
    "account/acceptTerms",
    "account/changePassword",
    "account/claimCourses",
    "account/register",
    "campus/settleArrival",
    "back-to-work/capKey",
    "back-to-work/setKeyModel",
    "balance/setUnpriced",
  ],
  ...["announcements/dismissAnnouncement", "notices/mark", "own-settings/askEmail", "own-settings/confirmEmail"],
  ...["own-settings/removeEmail", "own-settings/setMailKinds", "own-settings/signOutEverywhere"],
  ...["keys/createKey", "keys/updateKey", "keys/disableKey", "keys/enableKey", "keys/deleteKey", "speed/shareRun"],
  ...["requests/withdrawRequest", "vouchers/redeem"],
  ...["keys/createKeys", "keys/rollKey", "keys/setKeyExpiry", "keys/reportLeak"],
  ...["send", "regenerate", "continueAnswer", "editTurn", "sendPending", "cancelPending", "stop", "previewRequest"].map(
    (name) => `playground/${name}`,
  ),
  ...["chooseBranch", "forkConversation", "deleteTurns", "clearContext", "clearConversation", "restore"].map(
    (name) => `playground/${name}`,
  ),
  ...["createPreset", "changePreset", "deletePreset", "restorePreset"].map((name) => `playground/own-presets/${name}`),
  "playground/share/lookUpModels",
  ...["deleteConversation", "deleteAllConversations", "updateConversation"].map((name) => `playground/${name}`),
];

/** What a course's addresses answer, by their files: pages, and the routes that take a list. */
export const addresses: Readonly<Record<string, readonly SceneRole[]>> = {
  // A student sees a page of his own there.
  "page.tsx": ["student", ...readers],
  "import/[importId]/receipt/route.ts": readers,
  "money/page.tsx": readers,
  "requests/page.tsx": readers,
  "vouchers/page.tsx": readers,
  "use/page.tsx": readers,
  "simulate/page.tsx": readers,
  "statement/page.tsx": readers,
  "statement/csv/route.ts": readers,
  "statement/pdf/route.ts": readers,
  "import/page.tsx": staff,
  "balances/page.tsx": staff,
  "balances/preview/route.ts": staff,
  "balances/apply/route.ts": staff,
  "announcements/page.tsx": staff,
  "settings/page.tsx": leaders,
  "import/preview/route.ts": staff,
  "import/apply/route.ts": staff,
};
