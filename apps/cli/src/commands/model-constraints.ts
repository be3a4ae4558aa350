import { getModelByName, listOpenProposals, updateModel } from "@lyceum/db";
import {
  changeText,
  fieldPathSchema,
  type ModelConstraints,
  type ParameterName,
  parameterNames,
  rangeText,
} from "@lyceum/domain";
import { type Command, UsageError, type Values } from "../command.ts";

export const modelConstraints: Command = {
  name: "model constraints",
  summary:
    "Say what a model's own server takes and what is recommended for it; or show that, and what refusals suggest.",
  needs: "admin",
  positionals: ["NAME"],
  options: {
    range: {
      value: "RANGE",
      repeated: true,
      help: `top_p=0.01..0.99, top_p=..0.95, top_k=1.. or top_p= for none; of ${parameterNames.join(", ")}`,
    },
    reject: {
      value: "FIELDS",
      help: "all fields that it refuses, such as logit_bias,seed; left out of requests, and named",
    },
    recommend: { value: "VALUE", repeated: true, help: "temperature=0.6, or temperature= for none; shown to people" },
  },
  changesConfig: true,
  async run(values, { db, actor }) {
    const model = await getModelByName(db, values.text("NAME"));
    const constraints = readConstraints(values, model.constraints);
    if (constraints !== model.constraints)
      await db.$transaction((tx) => updateModel(tx, actor, { modelId: model.id, constraints }));
    const proposals = (await listOpenProposals(db)).get(model.id) ?? [];
    return {
      lines: [
        ...linesOf(model.name, constraints),
        ...proposals.map(
          ({ change, channelName, count }) => `Suggested by ${count} refusals of ${channelName}: ${changeText(change)}`,
        ),
      ],
      json: {
        model: model.name,
        ...constraints,
        proposals: proposals.map(({ change, channelName, count }) => ({ change, channel: channelName, count })),
      },
    };
  },
};

/** The constraints with what was typed; the same object where nothing was. */
function readConstraints(values: Values, before: ModelConstraints): ModelConstraints {
  const ranges = values.all("range").map(readRange);
  const recommended = values.all("recommend").map(readRecommended);
  const isGiven = values.optional("reject") !== undefined;
  if (ranges.length === 0 && recommended.length === 0 && !isGiven) return before;
  return {
    ranges: withPairs(before.ranges, ranges),
    rejected: isGiven ? values.list("reject").map(readField) : before.rejected,
    recommended: withPairs(before.recommended, recommended),
  };
}

function withPairs<Value>(
  before: Readonly<Record<string, Value>>,
  pairs: readonly (readonly [string, Value | null])[],
): Record<string, Value> {
  const after = new Map(Object.entries(before));
  for (const [name, value] of pairs) {
    if (value === null) after.delete(name);
    else after.set(name, value);
  }
  return Object.fromEntries(after);
}

function readRange(text: string): [ParameterName, { minimum?: number; maximum?: number } | null] {
  const [, word = "", low = "", dots, high = ""] =
    /^(\w+)=(-?\d+(?:\.\d+)?)?(\.\.)?(-?\d+(?:\.\d+)?)?$/.exec(text.trim()) ?? [];
  const name = parameterNames.find((each) => each === word);
  const isNone = low === "" && dots === undefined && high === "";
  if (name === undefined || (!isNone && (dots === undefined || low + high === "")))
    throw new UsageError(`"${text}" in --range is no NAME=MINIMUM..MAXIMUM of ${parameterNames.join(", ")}.`);
  if (isNone) return [name, null];
  return [name, { ...(low !== "" && { minimum: Number(low) }), ...(high !== "" && { maximum: Number(high) }) }];
}

function readRecommended(text: string): [string, number | boolean | string | null] {
  const [name = "", ...rest] = text.split("=");
  const value = rest.join("=").trim();
  if (rest.length === 0) throw new UsageError(`"${text}" in --recommend is no NAME=VALUE.`);
  if (value === "") return [readField(name), null];
  if (value === "true" || value === "false") return [readField(name), value === "true"];
  return [readField(name), /^-?\d+(?:\.\d+)?$/.test(value) ? Number(value) : value];
}

function readField(text: string): string {
  if (fieldPathSchema.safeParse(text.trim()).success) return text.trim();
  throw new UsageError(`"${text}" is no name of a field: letters, digits and _ . - only.`);
}

function linesOf(name: string, { ranges, rejected, recommended }: ModelConstraints): string[] {
  const lines = [
    ...parameterNames.flatMap((each) => (ranges[each] === undefined ? [] : [`  ${rangeText(each, ranges[each])}`])),
    ...rejected.map((field) => `  refuses ${field}`),
    ...Object.entries(recommended).map(([field, value]) => `  recommended: ${field} = ${value}`),
  ];
  return lines.length === 0 ? [`${name} has no constraints.`] : [`${name}:`, ...lines];
}
