import { describe, expect, it } from "vitest";
import type { AnswerFacts, ConversationView, TurnView } from "./contract.ts";
import { asJson, asMarkdown } from "./export.ts";

const turn = (kind: TurnView["kind"], text: string, changes: Partial<TurnView> = {}): TurnView => ({
  ...{ id: text, kind, state: "done", parentId: null, siblings: [], compareId: null, text, thinking: "" },
  ...{ isContinuation: false, isEdited: false, attachments: [], createdAt: "2026-11-28T15:30:00.000Z", answer: null },
  ...changes,
});
const answer = {
  model: "qwen",
  servedModel: "qwen3",
  parameters: { temperature: 0.2 },
  requestId: "r",
  chargeNanos: "5",
  error: null,
};
const turns = [
  turn("question", "什么是熵？"),
  turn("answer", "a measure\n\tof disorder", {
    createdAt: "2026-11-28T16:30:00.000Z",
    thinking: "hm\nhm",
    answer: answer as unknown as AnswerFacts,
  }),
  turn("clear", ""),
];
const conversation = {
  id: "c",
  title: "熵",
  systemPrompt: "short",
  createdAt: "2026-11-28T07:59:00.000Z",
} as ConversationView;

describe("an export", () => {
  it("as Markdown holds every word as it is, and model, date and parameters of each answer", () => {
    const text = asMarkdown(conversation, turns, { locale: "en", timeZone: "Asia/Shanghai" });
    expect(text).toContain(
      "# 熵\n\n*Times in the zone Asia/Shanghai*\n\n> short\n\n## Me · 2026-11-28 23:30\n\n什么是熵？",
    );
    expect(text).toContain("## qwen3 · 2026-11-29 00:30 · temperature=0.2\n\n> hm\n> hm\n\na measure\n\tof disorder");
    expect(text).toContain("Nothing above is sent any more");
  });

  it("as JSON holds what is needed to cite it", () => {
    const { turns: told } = JSON.parse(asJson(conversation, turns, "CNY"));
    expect(told[1]).toMatchObject({
      model: "qwen",
      served_model: "qwen3",
      parameters: { temperature: 0.2 },
      charge_nanos: "5",
    });
    expect(told).toHaveLength(3);
  });
});
