import {
  createKey,
  getKeyByName,
  getSettings,
  getUserByStudentId,
  reportLeakedKey,
  setKeyLimits,
  updateKey,
} from "@lyceum/db";
import { noLimits } from "@lyceum/domain";
import { type Command, UsageError } from "../command.ts";
import { isEmpty, limitChanges, limitJson, limitOptions, limitWords } from "../limit-options.ts";
import { parseMoment } from "../moment.ts";

export const keyCreate: Command = {
  name: "key create",
  summary: "Make an API key; it is printed this once.",
  needs: "admin",
  options: {
    "student-id": { value: "ID", help: "whose key", required: true },
    name: { value: "NAME", help: "what to call it", required: true },
    group: { value: "GROUP", help: "default if left out" },
    models: { value: "MODELS", help: "only these models, separated by commas; every model of the group if left out" },
    expires: { value: "DATE", help: "2027-01-17 or a full ISO time; never if left out" },
    ...limitOptions,
    "cap-period": { ...limitOptions["cap-period"], help: "what the cap counts; total if left out" },
  },
  async run(values, { db, actor }) {
    const user = await getUserByStudentId(db, values.text("student-id"));
    const { timeZone } = await getSettings(db);
    const { rpmLimit, tpmLimit, parallelLimit, capNanos, capPeriod } = limitChanges(values);
    const group = values.optional("group") ?? "default";
    const limits = {
      rpmLimit: rpmLimit ?? noLimits.rpmLimit,
      tpmLimit: tpmLimit ?? noLimits.tpmLimit,
      parallelLimit: parallelLimit ?? noLimits.parallelLimit,
      capNanos: capNanos ?? noLimits.capNanos,
      capPeriod: capPeriod ?? "total",
    };
    const input = {
      userId: user.id,
      name: values.text("name"),
      groupId: group,
      models: values.list("models"),
      expiresAt: parseMoment(values.optional("expires"), timeZone),
      ...limits,
    };
    const made = await db.$transaction((tx) => createKey(tx, actor, input));
    return {
      lines: [`Key "${input.name}" of ${user.name} (${user.studentId}), group ${group}, shown only now:`, made.secret],
      json: {
        id: made.id,
        key: made.secret,
        name: input.name,
        group,
        studentId: user.studentId,
        limits: limitJson(limits),
      },
    };
  },
};

export const keyUpdate: Command = {
  name: "key update",
  summary: "Change a key: expiry and limits; what is not named stays.",
  needs: "admin",
  options: {
    "student-id": { value: "ID", help: "whose key", required: true },
    name: { value: "NAME", help: "what it is called; its id where two are called the same", required: true },
    expires: { value: "DATE", help: "2027-01-17 or a full ISO time" },
    ...limitOptions,
  },
  async run(values, { db, actor }) {
    const changes = limitChanges(values);
    const expires = values.optional("expires");
    if (expires === undefined && isEmpty(changes)) throw new UsageError("Name at least one thing to change.");
    const user = await getUserByStudentId(db, values.text("student-id"));
    const { timeZone } = await getSettings(db);
    const expiresAt = parseMoment(expires, timeZone);
    const key = await getKeyByName(db, user.id, values.text("name"));
    const own = { userId: user.id, keyId: key.id };
    const after = await db.$transaction(async (tx) => {
      const limits = await setKeyLimits(tx, actor, { ...own, limits: changes });
      if (expiresAt !== null) await updateKey(tx, actor, { ...own, expiresAt });
      return limits;
    });
    return {
      lines: [`Limits of the key "${key.name}" of ${user.name} (${user.studentId}): ${limitWords(after)}.`],
      json: { id: key.id, name: key.name, studentId: user.studentId, limits: limitJson(after) },
    };
  },
};

export const keyReportLeak: Command = {
  name: "key report-leak",
  summary:
    "Disable a key that somebody found, and tell its owner; the key is asked for, or read from the standard input.",
  needs: "anybody",
  options: {},
  async run(_, { db, actor, readPassword }) {
    const secret = await readPassword("密钥 Key");
    const { outcome, prefix, lastFour } = await db.$transaction((tx) => reportLeakedKey(tx, actor, secret));
    const shown = `${prefix}…${lastFour}`;
    const words = {
      frozen: `${shown} is disabled, and its owner was told.`,
      known: `${shown} was disabled already: somebody reported it before.`,
      ended: `${shown} was no key any more: deleted, rolled or expired.`,
    };
    return { lines: [words[outcome]], json: { key: shown, outcome } };
  },
};
