import { readFile } from "node:fs/promises";
import { importChannels, listGroups, type PlannedChannel, planChannelImport } from "@lyceum/db";
import { type ImportNote, importSources, readChannelImport } from "@lyceum/domain";
import { CliError, type Command, UsageError } from "../command.ts";

const problems: Readonly<Record<NonNullable<PlannedChannel["problem"]>, string>> = {
  unreadable: "this row is no channel",
  "unknown-type": "its type is none that is spoken here",
  "no-address": "it has no address, and its type has no usual one",
  address: "its address may not be dialled (private addresses: --allow-private)",
  exists: "there is a channel of this name",
};
const notes: Readonly<Record<ImportNote, string>> = {
  "headers-left": "some headers are left behind",
  "fields-left": "some fields are left behind",
  "models-left": "models with odd names, or too many, are left behind",
  "keys-left": "credentials that can't be sent, or too many, are left behind",
  "statuses-left": "the mapping of statuses is left behind",
  "mapping-left": "the mapping of models can't be read",
  "ranking-changed": "priority or weight was brought into range",
  off: "switched off",
};

export const channelImport: Command = {
  name: "channel import",
  summary:
    "Take over the channels of New API or One API from their list as JSON. Says what would happen; with --apply does it.",
  needs: "admin",
  positionals: ["FILE"],
  options: {
    apply: { help: "write it; without, nothing is written" },
    source: { value: "WHOSE", choices: importSources, help: `${importSources.join(", ")}; found out if left out` },
    groups: { value: "GROUPS", help: "theirs=ours,… ; groups of the same name are taken as they are" },
    "allow-private": { help: "addresses may be private or loopback" },
  },
  changesConfig: true,
  async run(values, { db, masterSecret, actor }) {
    const list = readChannelImport(
      await textOf(values.text("FILE")),
      importSources.find((source) => source === values.optional("source")),
    );
    if (list === null) {
      throw new CliError({
        zh: "这不是渠道列表：应为 GET /api/channel/ 的应答，或渠道的 JSON 数组。",
        en: "This is no list of channels: it should be an answer of GET /api/channel/, or a JSON list of channels.",
      });
    }
    const allowPrivate = values.isOn("allow-private");
    const ours = (await listGroups(db)).map(({ id }) => id);
    const groups = { ...Object.fromEntries(ours.map((id) => [id, id])), ...mapping(values.list("groups")) };
    const plan = await planChannelImport(db, list.channels, allowPrivate);
    const chosen = plan.filter(({ problem }) => problem === null).map(({ at }) => at);
    const lines = [`${plan.length} channels of a ${list.source} list:`, ...plan.map((row) => lineOf(row, groups))];
    if (!values.isOn("apply")) {
      lines.push(`${chosen.length} would be made. Nothing is written yet: add --apply.`);
      return { lines, json: { source: list.source, applied: false, channels: plan.map(jsonOf) } };
    }
    const secret = await masterSecret();
    const wishes = { chosen, credentials: {}, groups, allowPrivate };
    const { made, newModels } = await db.$transaction(
      (tx) => importChannels(tx, actor, secret, list.channels, wishes),
      { timeout: 120_000 },
    );
    lines.push(`Made ${made.length}${made.length > 0 ? `: ${made.join(", ")}` : ""}.`);
    if (newModels.length > 0) lines.push(`Without a price yet: ${newModels.join(", ")}.`);
    return { lines, json: { source: list.source, applied: true, made, newModels, channels: plan.map(jsonOf) } };
  },
};

function lineOf(row: PlannedChannel, groups: Readonly<Record<string, string>>): string {
  if (row.problem !== null) return `  − ${row.name}: ${problems[row.problem]}`;
  const unknown = row.groups.filter((group) => groups[group] === undefined);
  const said = [
    `${row.provider} at ${row.baseUrl}`,
    `${row.models.length} models`,
    row.credentials === 0 ? "no credential in the list" : `${row.credentials} credentials`,
    unknown.length > 0 ? `unknown groups: ${unknown.join(", ")}` : "",
    row.sameAddressAs && `same address as ${row.sameAddressAs}`,
    ...row.notes.map((note) => notes[note]),
  ];
  return `  + ${row.name}: ${said.filter(Boolean).join("; ")}`;
}

const jsonOf = ({ models, notes: noted, groups, ...row }: PlannedChannel) => ({
  ...row,
  models: models.map(({ name }) => name),
  groups: [...groups],
  notes: [...noted],
});

function mapping(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [theirs = "", ours = "", ...rest] = pair.split("=");
      if (theirs === "" || ours === "" || rest.length > 0)
        throw new UsageError(`"${pair}" in --groups is not THEIRS=OURS.`);
      return [theirs, ours];
    }),
  );
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new CliError({ zh: `读不了 ${file}。`, en: `${file} can't be read.` }, error);
  }
}
