import type { ConversationView, TurnView } from "./contract.ts";
import { readerTime } from "./reader-time.ts";

interface Reader {
  locale: "zh" | "en";
  /** IANA; named in what is written. */
  timeZone: string;
}

/** A branch as Markdown, with what a lab report has to name: model, date, parameters. */
export function asMarkdown(
  conversation: ConversationView,
  turns: readonly TurnView[],
  { locale, timeZone }: Reader,
): string {
  const at = readerTime(timeZone);
  const words =
    locale === "zh"
      ? { me: "我", model: "模型", cut: "以上内容不再发送", file: "附件", zone: `时间为 ${timeZone} 时区` }
      : {
          me: "Me",
          model: "Model",
          cut: "Nothing above is sent any more",
          file: "File",
          zone: `Times in the zone ${timeZone}`,
        };
  const parts = [`# ${conversation.title || conversation.id}`, `*${words.zone}*`];
  if (conversation.systemPrompt.trim() !== "") parts.push(quoted(conversation.systemPrompt));
  for (const turn of turns) {
    if (turn.kind === "clear") parts.push(`---\n\n*${words.cut}*`);
    else if (turn.kind === "question") {
      parts.push(`## ${words.me} · ${at(turn.createdAt)}`);
      for (const { name } of turn.attachments) parts.push(`*${words.file}: ${name}*`);
      if (turn.text !== "") parts.push(turn.text);
    } else {
      const set = Object.entries(turn.answer?.parameters ?? {}).map(
        ([name, value]) => `${name}=${JSON.stringify(value)}`,
      );
      parts.push(
        `## ${[turn.answer?.servedModel ?? turn.answer?.model ?? words.model, at(turn.createdAt), ...set].join(" · ")}`,
      );
      if (turn.thinking !== "") parts.push(quoted(turn.thinking));
      if (turn.text !== "") parts.push(turn.text);
      const error = turn.answer?.error;
      if (error) parts.push(`*${error[locale]}*`);
    }
  }
  return `${parts.join("\n\n")}\n`;
}

/** A branch as JSON: names as in the API, amounts as text, times as ISO text in UTC. */
export function asJson(conversation: ConversationView, turns: readonly TurnView[], currency: string): string {
  const { id, title, createdAt, systemPrompt } = conversation;
  return JSON.stringify(
    {
      conversation: { id, title, created_at: createdAt, system_prompt: systemPrompt, currency },
      turns: turns.map((turn) => ({
        kind: turn.kind,
        created_at: turn.createdAt,
        text: turn.text,
        ...(turn.attachments.length > 0 && { files: turn.attachments.map(({ name }) => name) }),
        ...(turn.isEdited && { edited: true }),
        ...(turn.answer !== null && {
          thinking: turn.thinking,
          state: turn.state,
          model: turn.answer.model,
          served_model: turn.answer.servedModel,
          parameters: turn.answer.parameters,
          request_id: turn.answer.requestId,
          input_tokens: turn.answer.inputTokens,
          output_tokens: turn.answer.outputTokens,
          charge_nanos: turn.answer.chargeNanos,
          finish_reason: turn.answer.finishReason,
          error: turn.answer.error?.code ?? null,
        }),
      })),
    },
    null,
    2,
  );
}

function quoted(text: string): string {
  return text
    .split("\n")
    .map((line) => `> ${line}`)
    .join("\n");
}
