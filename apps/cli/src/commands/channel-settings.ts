import { addCredential, getChannelByName, removeCredential, updateChannel } from "@lyceum/db";
import { CliError, type Command, UsageError } from "../command.ts";

const channel = { value: "NAME", help: "of which channel", required: true } as const;

export const channelSet: Command = {
  name: "channel set",
  summary: "Change a channel's limits; what is not named stays.",
  needs: "admin",
  positionals: ["NAME"],
  options: {
    parallel: { value: "N", help: "requests at a time, or none; what is more waits in its queue" },
    "first-token": { value: "SECONDS", help: "longest wait for the first token of a stream, or none" },
    idle: { value: "SECONDS", help: "longest silence" },
    total: { value: "SECONDS", help: "longest request" },
  },
  changesConfig: true,
  async run(values, { db, masterSecret, actor }) {
    const changes = {
      parallelLimit: orNone("parallel", values.optional("parallel"), 1),
      firstTokenTimeoutMs: orNone("first-token", values.optional("first-token"), 1000),
      idleTimeoutMs: whole("idle", values.optional("idle"), 1000),
      totalTimeoutMs: whole("total", values.optional("total"), 1000),
    };
    if (Object.values(changes).every((value) => value === undefined))
      throw new UsageError("Name at least one thing to change.");
    const { id, name } = await getChannelByName(db, values.text("NAME"));
    const secret = await masterSecret();
    await db.$transaction((tx) => updateChannel(tx, actor, secret, { channelId: id, ...changes }));
    const after = await getChannelByName(db, name);
    const { parallelLimit, firstTokenTimeoutMs, idleTimeoutMs, totalTimeoutMs } = after;
    const seconds = (ms: number | null) => (ms === null ? "none" : `${ms / 1000} s`);
    return {
      lines: [
        `${name}: ${parallelLimit ?? "any number of"} requests at a time; first token ${seconds(firstTokenTimeoutMs)}, silence ${seconds(idleTimeoutMs)}, total ${seconds(totalTimeoutMs)}.`,
      ],
      json: { name, parallelLimit, firstTokenTimeoutMs, idleTimeoutMs, totalTimeoutMs },
    };
  },
};

export const channelCredentialAdd: Command = {
  name: "channel credential add",
  summary: "Give a channel one more credential; its share of the requests goes by weight.",
  needs: "admin",
  options: {
    channel,
    credential: { value: "TEXT", help: "the upstream's API key", required: true },
    label: { value: "LABEL", help: "what to call it" },
    weight: { value: "N", help: "1 if left out" },
  },
  changesConfig: true,
  async run(values, { db, masterSecret, actor }) {
    const { id: channelId, name } = await getChannelByName(db, values.text("channel"));
    const secret = await masterSecret();
    const input = {
      channelId,
      secret: values.text("credential"),
      label: values.optional("label"),
      weight: whole("weight", values.optional("weight"), 1),
    };
    const { id } = await db.$transaction((tx) => addCredential(tx, actor, secret, input));
    const { credentials } = await getChannelByName(db, name);
    return {
      lines: [`The channel ${name} has ${credentials.length} credential${credentials.length === 1 ? "" : "s"} now.`],
      json: { name, id, credentials: credentials.map(({ label, lastFour }) => ({ label, lastFour })) },
    };
  },
};

export const channelCredentialRemove: Command = {
  name: "channel credential remove",
  summary: "Take a credential off a channel.",
  needs: "admin",
  options: {
    channel,
    which: { value: "LABEL", help: "its label, or its last four characters", required: true },
  },
  changesConfig: true,
  async run(values, { db, actor }) {
    const { name, credentials } = await getChannelByName(db, values.text("channel"));
    const which = values.text("which");
    const found = credentials.filter(({ label, lastFour }) => label === which || lastFour === which);
    const [credential] = found;
    if (credential === undefined || found.length > 1) {
      const known = credentials
        .map(({ label, lastFour }) => (label ? `${label} …${lastFour}` : `…${lastFour}`))
        .join(", ");
      throw new CliError({
        zh: `渠道 ${name} 没有唯一一个这样的凭据；有：${known || "无"}。`,
        en: `The channel ${name} has not exactly one such credential; it has: ${known || "none"}.`,
      });
    }
    await db.$transaction((tx) => removeCredential(tx, actor, { credentialId: credential.id }));
    return {
      lines: [`Took a credential (…${credential.lastFour}) off the channel ${name}.`],
      json: { name, id: credential.id, lastFour: credential.lastFour },
    };
  },
};

function orNone(name: string, text: string | undefined, factor: number): number | null | undefined {
  return text === "none" ? null : whole(name, text, factor);
}

function whole(name: string, text: string | undefined, factor: number): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,6}$/.test(text)) throw new UsageError(`The option --${name} is a whole number, not "${text}".`);
  return Number(text) * factor;
}
