import "server-only";
import { AppError, checkOutcomes, errorCodes, modelChecks } from "@lyceum/domain";
import { z } from "zod";
import { askChannelEndpoint } from "#server/gateway-call.ts";
import { linesOf, type TrialLine } from "./trial-lines.ts";

const failure = {
  code: z.enum(errorCodes),
  parameters: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
};
/** As the gateway tells them. */
const gatewayLine = z.union([
  z.object({
    kind: z.literal("check"),
    model: z.string(),
    check: z.enum(modelChecks),
    outcome: z.enum(checkOutcomes),
    totalMs: z.number(),
    ttftMs: z.number().nullable(),
    status: z.number().nullable(),
    said: z.string(),
    error: z.object(failure).nullable(),
  }),
  z.object({ kind: z.literal("model"), model: z.string(), isUsable: z.boolean() }),
  z.object({ kind: z.literal("end"), ok: z.literal(true) }),
  z.object({ kind: z.literal("end"), ok: z.literal(false), ...failure }),
]);

/** Runs trials of models at the gateway, and gives each finding as it comes, in the reader's language. Throws where the gateway is away. */
export async function* runTrials(trials: object, locale: "zh" | "en", signal: AbortSignal): AsyncGenerator<TrialLine> {
  const response = await askChannelEndpoint(trials, signal);
  if (response.body === null) throw new Error(`the gateway answered ${response.status} without a body`);
  const sentence = ({ code, parameters }: z.infer<z.ZodObject<typeof failure>>) =>
    new AppError(code, { parameters }).sentence(locale);
  for await (const text of linesOf(response.body)) {
    const line = gatewayLine.parse(JSON.parse(text));
    if (line.kind === "model") yield line;
    else if (line.kind === "end") yield { kind: "end", ok: line.ok, message: line.ok ? "" : sentence(line) };
    else {
      const { status, error, said, ...rest } = line;
      const words =
        error === null ? [status !== null && status >= 300 ? `HTTP ${status}` : "", said] : [sentence(error)];
      yield { ...rest, said: words.filter(Boolean).join(" ") };
    }
  }
}
