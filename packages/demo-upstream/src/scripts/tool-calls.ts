import { z } from "zod";
import { listPieces } from "./pieces.ts";
import type { DemoCall, Piece, Pieces } from "./plan.ts";

const objectSchema = z.looseObject({ properties: z.record(z.string(), z.unknown()) });
const propertySchema = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.unknown()).optional(),
});

/** UTF-16 units of arguments in one chunk: cuts keys and values apart. */
const partLength = 5;

/**
 * Calls of the tools offered: one, or two side by side when two are `wanted` and parallel calls are allowed
 * (the second tool, or the first again). A call opens with empty arguments, which follow in pieces.
 */
export function toolPieces(call: DemoCall, wanted = /\btwo\b/i.test(call.lastUserText) ? 2 : 1): Pieces {
  const count = call.parallelTools ? wanted : 1;
  const pieces: Piece[] = [];
  for (let index = 0; index < count; index++) {
    const tool = chosenTool(call, index);
    if (!tool) break;
    // Ids go on where the history's end, so that none comes twice in a conversation.
    const id = `call_demo_${call.toolResults.length + index}`;
    pieces.push(...onePieces(index, id, tool.name, exampleObject(tool.parameters, index)));
  }
  return listPieces(pieces);
}

/** One call of a tool with this input. */
export function callPieces(id: string, name: string, input: object): Pieces {
  return listPieces(onePieces(0, id, name, input));
}

function onePieces(call: number, id: string, name: string, input: object): Piece[] {
  const pieces: Piece[] = [{ kind: "tool", call, opens: { id, name }, argumentsPart: "" }];
  const text = JSON.stringify(input);
  for (let start = 0; start < text.length; start += partLength) {
    pieces.push({ kind: "tool", call, argumentsPart: text.slice(start, start + partLength) });
  }
  return pieces;
}

/** The tool the client insists on; else the tools in turn. */
function chosenTool({ tools, toolChoice }: DemoCall, index: number) {
  if (typeof toolChoice !== "string") return tools.find(({ name }) => name === toolChoice.name);
  return tools[index] ?? tools[0];
}

/** A value for every property a JSON schema names, different for the first and the second call of a tool. */
export function exampleObject(parameters: unknown, index = 0): Record<string, unknown> {
  const schema = objectSchema.safeParse(parameters);
  if (!schema.success) return {};
  return Object.fromEntries(
    Object.entries(schema.data.properties).map(([name, property]) => [name, exampleValue(property, index)]),
  );
}

function exampleValue(property: unknown, index: number): unknown {
  const schema = propertySchema.safeParse(property);
  if (!schema.success) return null;
  const { enum: allowed } = schema.data;
  const type = [schema.data.type].flat()[0]?.toLowerCase();
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
      return exampleObject(property, index);
    case "null":
      return null;
    default:
      return index === 0 ? "北京" : "上海";
  }
}
