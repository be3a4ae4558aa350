import { invalid } from "../json/plain-fields.ts";
import type { EmbeddingRequest } from "./embedding.ts";

/** For upstreams that take texts only. Throws AppError `invalid_request`. */
export function textsOf({ inputs }: EmbeddingRequest): string[] {
  return inputs.map((each) => {
    if (typeof each === "string") return each;
    throw invalid(
      "input",
      "这个模型的上游只接受文本，不接受 token 编号。",
      "the upstream of this model takes texts, not token ids.",
    );
  });
}
