"use server";
import {
  createUser,
  disableKey,
  enableKey,
  getSettings,
  getUser,
  getUsers,
  listGroups,
  resetPassword,
  setUserDisabled,
  setUserGroups,
  setUserLimits,
  setUserRole,
  verifyUsers as verifyAll,
} from "@lyceum/db";
import { AppError } from "@lyceum/domain";
import { addAllowances, fundMany, stopAllowances } from "@lyceum/ledger";
import { z } from "zod";
import { limitsOf } from "#features/limits/schema.ts";
import { parseDay, startOfDay } from "#i18n/zoned-day.ts";
import { defineAction } from "#server/define-action.ts";

import { readUserView } from "./filter.ts";
import { listAllPeople } from "./queries.ts";
import {
  addUserInput,
  allowanceInput,
  allowanceStopInput,
  disabledInput,
  fundInput,
  groupsInput,
  keyInput,
  limitsInput,
  MAX_CHOSEN,
  membershipInput,
  passwordInput,
  roleInput,
  verifyInput,
} from "./schema.ts";

/** Everybody the page's filter matches, for "select all": what is then shown and summed up is what will be changed. */
export const chooseAll = defineAction({
  role: "admin",
  input: z.object({ view: z.record(z.string(), z.string()) }),
  run: async ({ tx, input }) => {
    const people = await listAllPeople(tx, readUserView(input.view));
    if (people.length > MAX_CHOSEN) {
      throw new AppError("invalid_request", {
        parameters: {
          reason_zh: `一次最多选 ${MAX_CHOSEN} 人，请先筛选。`,
          reason_en: `at most ${MAX_CHOSEN} people can be chosen at once; filter first.`,
        },
      });
    }
    return people.map(({ id, studentId, name, balanceNanos }) => ({ id, studentId, name, balanceNanos }));
  },
});

/** Adds to, or sets, balances: all or none. Answers whose running requests kept something from being taken. */
export const fundUsers = defineAction({
  role: "admin",
  input: fundInput,
  once: true,
  fields: { invalid_amount: "amount" },
  run: async ({ tx, actor, input }) => {
    const people = await getUsers(tx, input.userIds);
    const accountIds = people.map((person) => person.accountId);
    const changes = await fundMany(tx, actor, {
      accountIds,
      mode: input.mode,
      amountNanos: input.amount,
      reason: input.reason,
    });
    const byAccount = new Map(people.map((person) => [person.accountId, person]));
    const missing = changes.flatMap(({ accountId, missingNanos, afterNanos }) => {
      const person = byAccount.get(accountId);
      if (person === undefined || missingNanos === 0n) return [];
      return [{ studentId: person.studentId, name: person.name, missingNanos, afterNanos }];
    });
    return { people: people.length, missing };
  },
});

/** For the current period at once, then at the beginning of each, to the end of its last day. */
export const addAllowance = defineAction({
  role: "admin",
  input: allowanceInput,
  once: true,
  fields: { invalid_amount: "amount", invalid_request: "lastDay" },
  run: async ({ tx, actor, input }) => {
    const { mode, period, amount: amountNanos, reason } = input;
    const [{ accountId }, { timeZone }] = [await getUser(tx, input.userId), await getSettings(tx)];
    const lastDay = parseDay(input.lastDay, timeZone);
    const endsAt = lastDay && startOfDay(lastDay, timeZone, 1);
    const terms = { accountIds: [accountId], mode, period, amountNanos, endsAt, courseId: null, reason, timeZone };
    await addAllowances(tx, actor, terms);
  },
});

/** What the last one brought stays until it ends. */
export const stopAllowance = defineAction({
  role: "admin",
  input: allowanceStopInput,
  run: async ({ tx, actor, input }) => {
    await stopAllowances(tx, actor, { allowanceIds: [input.allowanceId] });
  },
});

export const verifyUsers = defineAction({
  role: "admin",
  input: verifyInput,
  run: async ({ tx, actor, input }) => {
    const waiting = (await getUsers(tx, input.userIds)).filter((person) => !person.verified);
    const changed = waiting.map((person) => person.id);
    await verifyAll(tx, actor, { userIds: changed });
    return { changed };
  },
});

/** All or none; nobody disables himself, which would end the session that could take it back. */
export const setUsersDisabled = defineAction({
  role: "admin",
  input: disabledInput,
  run: async ({ tx, actor, input }) => {
    const { disabled } = input;
    const people = (await getUsers(tx, input.userIds)).filter((person) => person.disabled !== disabled);
    for (const person of people) await setUserDisabled(tx, actor, { userId: person.id, disabled });
    // After the acts, because the sentence about the last admin says more.
    if (disabled && people.some((person) => person.id === actor.id)) {
      throw new AppError("invalid_request", {
        parameters: {
          reason_zh: "不能停用自己，没有改动。",
          reason_en: "you can't disable yourself; nothing was changed.",
        },
      });
    }
    return { changed: people.map((person) => person.id) };
  },
});

/** Puts people into one group, or takes them out of it: all or none. */
export const setMembership = defineAction({
  role: "admin",
  input: membershipInput,
  fields: { group_not_found: "groupId" },
  run: async ({ tx, actor, input }) => {
    const { groupId, member } = input;
    const known = await listGroups(tx);
    if (!known.some((group) => group.id === groupId)) {
      throw new AppError("group_not_found", { parameters: { group: groupId } });
    }
    const people = await getUsers(tx, input.userIds);
    const others = people.filter((person) => person.groups.includes(groupId) !== member);
    for (const { id, groups } of others) {
      const groupIds = member ? [...groups, groupId] : groups.filter((group) => group !== groupId);
      await setUserGroups(tx, actor, { userId: id, groupIds });
    }
    return { changed: others.map((person) => person.id) };
  },
});

export const setGroups = defineAction({
  role: "admin",
  input: groupsInput,
  fields: { group_not_found: "groupIds" },
  run: async ({ tx, actor, input }) => {
    await setUserGroups(tx, actor, input);
  },
});

/** Limits of a person over all keys; in force with the next request. */
export const setLimits = defineAction({
  role: "admin",
  input: limitsInput,
  fields: { invalid_amount: "cap" },
  run: async ({ tx, actor, input }) => {
    await setUserLimits(tx, actor, { userId: input.userId, limits: limitsOf(input) });
  },
});

export const setRole = defineAction({
  role: "admin",
  input: roleInput,
  endsSession: ({ userId }, callerId) => userId === callerId,
  run: async ({ tx, actor, input }) => {
    await setUserRole(tx, actor, input);
  },
});

/** The one-time password is answered this once. */
export const resetUserPassword = defineAction({
  role: "admin",
  input: passwordInput,
  endsSession: ({ userId }, callerId) => userId === callerId,
  run: ({ tx, actor, input }) => resetPassword(tx, actor, input),
});

/** As resetUserPassword, for somebody new. */
export const addUser = defineAction({
  role: "admin",
  input: addUserInput,
  fields: { student_id_taken: "studentId", invalid_student_id: "studentId", invalid_request: "name" },
  run: async ({ tx, actor, input }) => {
    const { userId, oneTimePassword } = await createUser(tx, actor, input);
    return { userId, password: oneTimePassword ?? "" };
  },
});

/** Stops or restores another person's key; it must be that person's. */
export const setKeyDisabled = defineAction({
  role: "admin",
  input: keyInput,
  run: async ({ tx, actor, input }) => {
    const { userId, keyId, disabled } = input;
    await (disabled ? disableKey : enableKey)(tx, actor, { userId, keyId });
  },
});
