// Apart from the schema of parameters.ts, so that a browser takes these without zod.

/** What extra JSON may never hold: the playground says these itself, or they would change who pays for what. */
export const reservedFields = [
  "model",
  "messages",
  "stream",
  "stream_options",
  "n",
  "user",
  "store",
  "metadata",
  "tools",
  "tool_choice",
  "functions",
  "function_call",
] as const;

export const longestExtra = 20_000;
