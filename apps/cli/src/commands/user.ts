import { commandLine, createUser, getUser, getUserByStudentId, resetPassword, setUserGroups } from "@lyceum/db";
import { userRoles } from "@lyceum/domain";
import type { Command } from "../command.ts";

const studentId = { value: "ID", help: "the student ID", required: true } as const;

export const userAdd: Command = {
  name: "user add",
  summary: "Make a person whose ID is confirmed; without --password a one-time password is printed.",
  options: {
    "student-id": studentId,
    name: { value: "NAME", help: "the person's name", required: true },
    role: { value: userRoles.join("|"), help: "student if left out", choices: userRoles },
    password: { value: "TEXT", help: "a password of at least 10 characters" },
  },
  async run(values, { db }) {
    const role = userRoles.find((each) => each === values.optional("role")) ?? "student";
    const input = {
      studentId: values.text("student-id"),
      name: values.text("name"),
      role,
      password: values.optional("password"),
    };
    const made = await db.$transaction((tx) => createUser(tx, commandLine, input));
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
  options: { "student-id": studentId },
  async run(values, { db }) {
    const user = await getUserByStudentId(db, values.text("student-id"));
    const { password } = await db.$transaction((tx) => resetPassword(tx, commandLine, { userId: user.id }));
    return {
      lines: [`One-time password of ${user.name} (${user.studentId}), shown only now: ${password}`],
      json: { studentId: user.studentId, oneTimePassword: password },
    };
  },
};

export const userGroup: Command = {
  name: "user group",
  summary: "Put a person into groups or take him out.",
  options: {
    "student-id": studentId,
    add: { value: "GROUPS", help: "groups to join, separated by commas" },
    remove: { value: "GROUPS", help: "groups to leave" },
  },
  async run(values, { db }) {
    const { id: userId, studentId } = await getUserByStudentId(db, values.text("student-id"));
    const added = values.list("add");
    const removed = values.list("remove");
    const groups = await db.$transaction(async (tx) => {
      const before = (await getUser(tx, userId)).groups;
      const groupIds = [...new Set([...before, ...added])].filter((group) => !removed.includes(group));
      await setUserGroups(tx, commandLine, { userId, groupIds });
      return (await getUser(tx, userId)).groups;
    });
    return { lines: [`${studentId} is in: ${groups.join(", ") || "open groups only"}.`], json: { studentId, groups } };
  },
};
