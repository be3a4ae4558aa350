import type { AssistantPart } from "../../canonical/canonical-request.ts";
import { decodeSignature, splitId } from "../../canonical/signature.ts";
import { invalid } from "../../json/plain-fields.ts";
import { readWire, unknownMembers } from "../../json/wire.ts";
import { decodeCitation } from "./citations.ts";
import { type Block, cacheOf } from "./user-decode.ts";
import { redactedThinkingBlockSchema, textBlockSchema, thinkingBlockSchema, toolUseBlockSchema } from "./wire.ts";

/** Reads the blocks that a model said in earlier turns. */
export class AssistantBlocks {
  readonly #unmapped: string[];

  constructor(unmapped: string[]) {
    this.#unmapped = unmapped;
  }

  decode(blocks: readonly Block[], path: string): AssistantPart[] {
    return blocks.map((block, index) => this.#part(block, `${path}[${index}]`));
  }

  #part(block: Block, path: string): AssistantPart {
    switch (block.type) {
      case "text": {
        const { text, cache_control, citations } = this.#read(textBlockSchema, block, path);
        const cited = (citations ?? []).map(decodeCitation);
        return { type: "text", text, ...(cited.length > 0 && { citations: cited }), ...cacheOf(cache_control) };
      }
      case "thinking": {
        const { thinking, signature } = this.#read(thinkingBlockSchema, block, path);
        return { type: "reasoning", text: thinking, signature: signatureOf(signature) };
      }
      case "redacted_thinking": {
        const { data } = this.#read(redactedThinkingBlockSchema, block, path);
        return { type: "reasoning", text: "", signature: signatureOf(data), isRedacted: true };
      }
      case "tool_use": {
        const wire = this.#read(toolUseBlockSchema, block, path);
        const { id, signature } = splitId(wire.id);
        return {
          type: "tool-call",
          id,
          name: wire.name,
          arguments: JSON.stringify(wire.input ?? {}),
          ...(signature !== null && { signature }),
          ...cacheOf(wire.cache_control),
        };
      }
      default:
        throw invalid(
          `${path}.type`,
          `助手消息里的 ${block.type} 块无法转给这个模型的上游。`,
          `a block of the type ${block.type} in an assistant's turn can't be put to the upstream of this model.`,
        );
    }
  }

  #read<Schema extends Parameters<typeof unknownMembers>[0]>(schema: Schema, block: Block, path: string) {
    const value = readWire(schema, block, path);
    this.#unmapped.push(...unknownMembers(schema, value, path));
    return value;
  }
}

function signatureOf(text: string | null | undefined) {
  return text === undefined || text === null || text === "" ? null : decodeSignature(text, "anthropic-messages");
}
