import { addChannel, getChannelByName, getSealedCredential } from "@lyceum/db";
import { openCredential, providerIds } from "@lyceum/domain";
import { DETECT } from "@lyceum/gateway";
import { CliError, type Command, UsageError } from "../command.ts";

export const channelAdd: Command = {
  name: "channel add",
  summary: "Add an upstream with its models; models that are new have no price yet.",
  needs: "admin",
  options: {
    name: { value: "NAME", help: "what to call it", required: true },
    protocol: {
      value: "PROTOCOL",
      choices: [DETECT, ...providerIds],
      help: `${[DETECT, ...providerIds].join(", ")}; openai if left out`,
    },
    url: { value: "URL", help: "base address, such as http://gpu1:8000/v1", required: true },
    credential: { value: "TEXT", help: "the upstream's API key, if it asks for one" },
    models: { value: "MODELS", help: "public=upstream,… ; a name alone is the same on both sides", required: true },
    groups: { value: "GROUPS", help: "groups that may use them; default if left out" },
    priority: { value: "N", help: "higher is tried first; 0 if left out" },
    weight: { value: "N", help: "share among equal priorities; 1 if left out" },
    "allow-private": { help: "the address may be private or loopback" },
  },
  changesConfig: true,
  async run(values, { db, masterSecret, testChannel, actor }) {
    const models = values.list("models").map(parseModel);
    if (models.length === 0) throw new UsageError("The option --models names no model.");
    const groups = values.optional("groups") === undefined ? ["default"] : values.list("groups");
    const address = {
      protocol: values.optional("protocol") ?? "openai",
      baseUrl: values.text("url"),
      credential: values.optional("credential") ?? null,
      allowPrivate: values.isOn("allow-private"),
    };
    const found = address.protocol === DETECT ? (await testChannel(address)).detection : null;
    const input = {
      name: values.text("name"),
      ...address,
      ...(found !== null && { protocol: found.chosen.provider, baseUrl: found.chosen.baseUrl }),
      models,
      groups,
      priority: wholeNumber("priority", values.optional("priority")),
      weight: wholeNumber("weight", values.optional("weight")),
    };
    const secret = await masterSecret();
    const { id, newModels } = await db.$transaction((tx) => addChannel(tx, actor, secret, input));
    const names = models.map((model) => model.name);
    const lines = [`Added the channel ${input.name} with ${names.join(", ")} for ${groups.join(", ") || "no group"}.`];
    if (found !== null)
      lines.push(`It speaks ${input.protocol}, at ${input.baseUrl}: ${found.chosen.path} lists its models.`);
    if (newModels.length > 0)
      lines.push(`Without a price yet: ${newModels.join(", ")} (set one with: model price NAME --input … --output …).`);
    return { lines, json: { id, name: input.name, protocol: input.protocol, models: names, newModels, groups } };
  },
};

export const channelTest: Command = {
  name: "channel test",
  summary: "Call an upstream as a student would and say what came back.",
  needs: "admin",
  positionals: ["NAME"],
  options: {
    model: { value: "UPSTREAM", help: "the upstream's name of the model to ask; one of the channel's if left out" },
  },
  async run(values, { db, masterSecret, testChannel }) {
    const channel = await getChannelByName(db, values.text("NAME"));
    const sealed = await getSealedCredential(db, channel.id);
    const upstreamModel = values.optional("model") ?? channel.deployments[0]?.upstreamModel;
    const test = await testChannel({
      protocol: channel.protocol,
      baseUrl: channel.baseUrl,
      credential: sealed === null ? null : open(await masterSecret(), sealed),
      ...(upstreamModel === undefined ? {} : { upstreamModel }),
      allowPrivate: channel.allowPrivate,
      headers: channel.overrides.headers,
    });
    return {
      lines: [
        `The channel ${channel.name} answers: first token after ${Math.round(test.ttftMs)} ms, ${Math.round(test.totalMs)} ms in all.`,
        `It offers: ${test.models.join(", ") || "no list of models"}.`,
        upstreamModel === undefined ? "It was asked nothing." : `Asked ${upstreamModel}, it said: ${test.sample}`,
      ],
      json: { name: channel.name, upstreamModel: upstreamModel ?? null, ...test },
    };
  },
};

function parseModel(text: string): { name: string; upstreamModel: string } {
  const [name = "", ...rest] = text.split("=");
  const upstreamModel = rest.length === 0 ? name : rest.join("=");
  if (name.trim() === "" || upstreamModel.trim() === "")
    throw new UsageError(`"${text}" in --models is neither NAME nor PUBLIC=UPSTREAM.`);
  return { name, upstreamModel };
}

function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^-?\d{1,6}$/.test(text)) throw new UsageError(`The option --${name} is a whole number, not "${text}".`);
  return Number(text);
}

function open(secret: string, sealed: Uint8Array): string {
  try {
    return openCredential(secret, sealed);
  } catch (error) {
    throw new CliError(
      {
        zh: "渠道的凭据解不开：它是用另一个密钥密封的。请检查 LYCEUM_SECRET 或 LYCEUM_DATA_DIR。",
        en: "The channel's credential can't be opened: another secret sealed it. Check LYCEUM_SECRET or LYCEUM_DATA_DIR.",
      },
      error,
    );
  }
}
