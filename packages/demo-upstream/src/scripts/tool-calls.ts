import { z } from "zod";
import { listPieces } from "./pieces.ts";
import type { DemoCall, Piece, Pieces } from "./plan.ts";

const objectSchema = z.looseObject({ properties: z.record(z.string(), z.unknown()) });
const propertySchema = z.looseObject({ type: z.string().optional(), enum: z.array(z.unknown()).optional() });

/** UTF-16 units of arguments in one chunk: cuts keys and values apart. */
const partLength = 5;

/**
 * Calls of the tools offered: one, or two side by side when the last user text contains "two" and parallel calls are
 * allowed (the second tool, or the first again). A call opens with empty arguments, which follow in pieces.
 */
export function toolPieces(call: DemoCall): Pieces {
  const count = call.parallelTools && /\btwo\b/i.test(call.lastUserText) ? 2 : 1;
  const pieces: Piece[] = [];
  for (let index = 0; index < count; index++) {
    const tool = call.tools[index] ?? call.tools[0];
    if (!tool) break;
    pieces.push({ kind: "tool", call: index, opens: { id: `call_demo_${index}`, name: tool.name }, argumentsPart: "" });
    const text = JSON.stringify(exampleArguments(tool.parameters, index));
    for (let start = 0; start < text.length; start += partLength) {
      pieces.push({ kind: "tool", call: index, argumentsPart: text.slice(start, start + partLength) });
    }
  }
  return listPieces(pieces);
}

/** A value for every property the tool's JSON schema names, different for the first and the second call. */
function exampleArguments(parameters: unknown, index: number): Record<string, unknown> {
  const schema = objectSchema.safeParse(parameters);
  if (!schema.success) return {};
  return Object.fromEntries(
    Object.entries(schema.data.properties).map(([name, property]) => [name, exampleValue(property, index)]),
  );
}

function exampleValue(property: unknown, index: number): unknown {
  const schema = propertySchema.safeParse(property);
  if (!schema.success) return null;
  const { type, enum: allowed } = schema.data;
  if (allowed && allowed.length > 0) return allowed[index % allowed.length];
  switch (type) {
    case "number":
    case "integer":
      return index + 1;
    case "boolean":
      return index === 0;
    case "array":
      return [];
    case "object":
      return exampleArguments(property, index);
    case "null":
      return null;
    default:
      return index === 0 ? "北京" : "上海";
  }
}
