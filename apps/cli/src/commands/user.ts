import { createUser, getUser, getUserByStudentId, resetPassword, setUserGroups, setUserRole } from "@lyceum/db";
import { userRoles } from "@lyceum/domain";
import type { Command } from "../command.ts";

const studentId = { value: "ID", help: "the student ID", required: true } as const;

export const userAdd: Command = {
  name: "user add",
  summary: "Make a person whose ID is confirmed; without --password a one-time password is printed.",
  needs: "admin",
  options: {
    "student-id": studentId,
    name: { value: "NAME", help: "the person's name", required: true },
    role: { value: userRoles.join("|"), help: "student if left out", choices: userRoles },
    password: { value: "TEXT", help: "a password of at least 10 characters" },
    "accepted-terms": {
      help: "has accepted the terms already, on paper for instance: the gateway takes the keys at once",
    },
  },
  async run(values, { db, actor }) {
    const role = userRoles.find((each) => each === values.optional("role")) ?? "student";
    const input = {
      studentId: values.text("student-id"),
      name: values.text("name"),
      role,
      password: values.optional("password"),
      acceptedTerms: values.isOn("accepted-terms"),
    };
    const made = await db.$transaction((tx) => createUser(tx, actor, input));
    const user = await getUser(db, made.userId);
    const lines = [`Added ${user.name} (${user.studentId}), ${role}.`];
    if (made.oneTimePassword !== null) lines.push(`One-time password, shown only now: ${made.oneTimePassword}`);
    return {
      lines,
      json: {
        userId: made.userId,
        accountId: made.accountId,
        studentId: user.studentId,
        name: user.name,
        role,
        oneTimePassword: made.oneTimePassword,
      },
    };
  },
};

export const userPassword: Command = {
  name: "user password",
  summary: "Give a person a one-time password, which is printed; the way back in for an admin who is locked out.",
  needs: "admin",
  options: { "student-id": studentId },
  async run(values, { db, actor }) {
    const user = await getUserByStudentId(db, values.text("student-id"));
    const { password } = await db.$transaction((tx) => resetPassword(tx, actor, { userId: user.id }));
    return {
      lines: [`One-time password of ${user.name} (${user.studentId}), shown only now: ${password}`],
      json: { studentId: user.studentId, oneTimePassword: password },
    };
  },
};

export const userRole: Command = {
  name: "user role",
  summary:
    "Make a person student, admin or auditor (reads courses, ledger and audit trail; has no keys); ends the sessions.",
  needs: "admin",
  options: {
    "student-id": studentId,
    role: { value: userRoles.join("|"), help: "which", choices: userRoles, required: true },
  },
  async run(values, { db, actor }) {
    const user = await getUserByStudentId(db, values.text("student-id"));
    const role = userRoles.find((each) => each === values.text("role")) ?? user.role;
    await db.$transaction((tx) => setUserRole(tx, actor, { userId: user.id, role }));
    return { lines: [`${user.name} (${user.studentId}) is ${role}.`], json: { studentId: user.studentId, role } };
  },
};

export const userGroup: Command = {
  name: "user group",
  summary: "Put a person into groups or take him out.",
  needs: "admin",
  options: {
    "student-id": studentId,
    add: { value: "GROUPS", help: "groups to join, separated by commas" },
    remove: { value: "GROUPS", help: "groups to leave" },
  },
  async run(values, { db, actor }) {
    const { id: userId, studentId } = await getUserByStudentId(db, values.text("student-id"));
    const added = values.list("add");
    const removed = values.list("remove");
    const groups = await db.$transaction(async (tx) => {
      const before = (await getUser(tx, userId)).groups;
      const groupIds = [...new Set([...before, ...added])].filter((group) => !removed.includes(group));
      await setUserGroups(tx, actor, { userId, groupIds });
      return (await getUser(tx, userId)).groups;
    });
    return { lines: [`${studentId} is in: ${groups.join(", ") || "open groups only"}.`], json: { studentId, groups } };
  },
};
