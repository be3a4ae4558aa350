import type { SpeedRunRow } from "@lyceum/db";
import { speedProtocol } from "@lyceum/domain";

/** The line that has vLLM's benchmark ask a model in the same way. `baseUrl` ends in /v1, which that tool puts in itself. */
export function benchLine(
  run: Pick<SpeedRunRow, "prompt" | "concurrency" | "runs">,
  model: string,
  baseUrl: string,
): string {
  const options = [
    "vllm bench serve --backend openai-chat",
    `--base-url ${quoted(baseUrl.replace(/\/v1$/, ""))} --endpoint /v1/chat/completions`,
    `--model ${quoted(model)} --tokenizer gpt2`,
    `--dataset-name random --random-input-len ${speedProtocol.promptTokens[run.prompt]} --random-output-len ${speedProtocol.maxTokens}`,
    `--num-prompts ${run.runs} --num-warmups ${speedProtocol.warmUps} --max-concurrency ${run.concurrency}`,
    "--percentile-metrics ttft,tpot,e2el --metric-percentiles 50,95",
  ];
  return options.join(" \\\n  ");
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return /^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
