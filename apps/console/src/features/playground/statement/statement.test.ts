import type { StatementTurn } from "@lyceum/db";
import { describe, expect, it } from "vitest";
import { statementFacts } from "./facts.ts";
import { type StatementChoice, writeStatement } from "./write.ts";

const turn = (changes: Partial<StatementTurn>): StatementTurn => ({
  ...{
    kind: "answer",
    state: "done",
    createdAt: new Date("2026-11-28T16:30:00Z"),
    models: ["qwen3"],
    servedModel: null,
  },
  ...{ parameters: {}, text: "", hasText: true, dropped: [], clamped: [], files: [], ...changes },
});
const question = (text: string, changes: Partial<StatementTurn> = {}) => turn({ kind: "question", text, ...changes });
const choice: StatementChoice = {
  ...{ locale: "en", format: "text", timeZone: "Asia/Shanghai", site: "Physics gateway", origin: "http://host" },
  withPrompts: false,
};
const turns = [
  question("secret question\nsecond line", { files: ["otto.png"] }),
  turn({ parameters: { temperature: 0.2 }, clamped: ["temperature=0.1"] }),
  turn({ createdAt: new Date("2026-11-29T01:00:00Z"), models: ["old"], servedModel: "new" }),
  turn({ state: "failed", hasText: false, models: ["broken"] }),
  question("waits", { state: "pending" }),
];

describe("a statement on the use of AI", () => {
  it("counts what was asked and answered, and leaves out answers without a word and messages that wait", () => {
    const facts = statementFacts(turns, "");
    expect(facts).toMatchObject({ questions: 1, answers: 2, hasDefaults: true, hasSystemPrompt: false });
    expect(facts.models.map(({ model, askedFor, answers }) => [model, askedFor, answers])).toEqual([
      ["qwen3", null, 1],
      ["new", "old", 1],
    ]);
    expect(facts.parameters).toEqual([{ temperature: 0.2 }]);
  });

  it("names models, dates in the reader's zone, parameters and the gateway, and nothing of what was said", () => {
    expect(writeStatement(statementFacts(turns, "You are …"), choice)).toBe(`Statement on the use of AI

Large language models were used in writing this report, by way of Physics gateway (Lyceum, http://host).

- Models: qwen3: 1 answer, 2026-11-29 00:30
- Models: new (answering for old, which was asked): 1 answer, 2026-11-29 09:00
- Dates: 2026-11-29 00:30 – 09:00, times in the zone Asia/Shanghai
- Parameters: temperature = 0.2; some answers had no parameter set
- Adjusted or left out by the gateway to suit the model: temperature=0.1
- System prompt: yes
- Count: 1 question, 2 answers (with regenerated and compared ones)
`);
    const inNewYork = writeStatement(statementFacts(turns, ""), { ...choice, timeZone: "America/New_York" });
    expect(inNewYork).toContain("2026-11-28 11:30 – 20:00");
  });

  it("holds the questions where that is chosen, in Markdown within their numbers", () => {
    const text = writeStatement(statementFacts(turns, ""), {
      ...{ ...choice, locale: "zh", format: "markdown", withPrompts: true },
    });
    expect(text).toMatch(/^## 人工智能使用说明\n/);
    expect(text).toContain("- **参数**：`temperature = 0.2`；部分回答没有设置参数\n");
    expect(text).toContain("1. 2026-11-29 00:30\n   附件：otto.png\n   secret question\n   second line\n");
    expect(text).not.toContain("waits");
  });

  it("says that no parameter was set where none was", () => {
    const facts = statementFacts([question("q"), turn({})], "");
    expect(writeStatement(facts, { ...choice, locale: "zh" })).toContain("- 参数：没有设置，均由模型默认\n");
  });
});
