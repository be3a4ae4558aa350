import { z } from "zod";
import { cutText, joinPieces } from "./pieces.ts";
import { answer, type DemoCall, type Script } from "./plan.ts";
import { callPieces, exampleObject } from "./tool-calls.ts";

const schemaOf = z.looseObject({
  properties: z.record(z.string(), z.looseObject({ type: z.unknown() }).catch({ type: undefined })),
  required: z.array(z.string()).catch([]),
});

/** By these names agents offer to read a file, or else to run a command. */
const readers = /^(?:read|read_file|readfile|view)$/i;
const shells = /^(?:bash|shell|exec_command|shell_command|run_shell_command|execute_command|run_command)$/i;
const pathMembers = ["file_path", "filePath", "absolute_path", "path"];
const commandMembers = ["command", "cmd"];

/** A script for coding agents: enough of a mind to see whether their tools work through everything in between. */
export const agentScripts: readonly Script[] = [
  {
    family: "demo-agent-read",
    example: "demo-agent-read",
    description:
      "reads the last absolute path of the last user text with the agent's tool for files or its shell, then answers with what the tool said",
    plan(call) {
      const result = call.toolResults.at(-1);
      if (result) return answer(cutText(`The tool said: ${result.text}`));
      const wanted = wantedCall(call);
      if (!wanted) return answer(cutText("There is no path to read, or no tool to read it with."));
      const reading = callPieces("call_demo_0", wanted.name, wanted.input);
      // Who thinks at all does so before a call; Anthropic refuses its history otherwise.
      const pieces = call.thinking ? joinPieces(cutText("I have to read it.", "reasoning"), reading) : reading;
      return answer(pieces, { finish: "tool_calls" });
    },
  },
];

function wantedCall({ lastUserText, tools }: DemoCall): { name: string; input: object } | null {
  // What the system says among the user's turns is not what the user wants.
  const said = lastUserText.replaceAll(/<(system(?:-reminder)?)>.*?<\/\1>/gs, "");
  const path = [...said.matchAll(/\/(?:[\w.-]+\/)+[\w-]+\.\w+/g)].at(-1)?.[0];
  const tool = tools.find(({ name }) => readers.test(name)) ?? tools.find(({ name }) => shells.test(name));
  const schema = schemaOf.safeParse(tool?.parameters);
  if (path === undefined || !tool || !schema.success) return null;
  const { properties, required } = schema.data;
  const example = exampleObject(tool.parameters);
  const input: Record<string, unknown> = Object.fromEntries(required.map((name) => [name, example[name]]));
  for (const name of pathMembers) if (name in properties) input[name] = path;
  for (const name of commandMembers) {
    const type = properties[name]?.type;
    if (type !== undefined) input[name] = type === "array" ? ["cat", path] : `cat ${path}`;
  }
  return { name: tool.name, input };
}
