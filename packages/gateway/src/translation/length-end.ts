import { noUsage } from "@lyceum/domain";
import type { StreamEncoder } from "../canonical/protocol.ts";
import type { ReplyEvent } from "../canonical/reply-event.ts";

/** Ends a stream in the middle, as a limit of the upstream would: what is open closes, every choice ends with `length`. */
export function writeLengthEnd(
  encoder: StreamEncoder,
  open: Iterable<ReplyEvent>,
  choices: number,
  inputTokens: number,
  outputTokens: number,
): string {
  let text = "";
  for (const event of [...open]) {
    if (event.type === "text-start") text += encoder.encode({ ...event, type: "text-end" });
    else if (event.type === "tool-input-start")
      text += encoder.encode({ type: "tool-input-end", choice: event.choice, block: event.block });
    else if (event.type === "reasoning-start")
      text += encoder.encode({ type: "reasoning-end", choice: event.choice, block: event.block, signature: null });
  }
  for (let choice = 0; choice < choices; choice++)
    text += encoder.encode({ type: "finish", choice, reason: "length", stopSequence: null });
  const usage = { ...noUsage, input: inputTokens, output: outputTokens };
  return text + encoder.encode({ type: "usage", usage, rawUsage: null }) + encoder.end();
}
