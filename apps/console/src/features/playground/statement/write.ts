import { readerTime } from "../reader-time.ts";
import type { ModelUse, StatementFacts } from "./facts.ts";

export interface StatementChoice {
  locale: "zh" | "en";
  format: "text" | "markdown";
  /** IANA; named in the statement. */
  timeZone: string;
  /** Of the gateway: its name and where it is. */
  site: string;
  origin: string;
  /** With what was asked; else nothing of the conversation's content. */
  withPrompts: boolean;
}

const words = {
  zh: {
    title: "人工智能使用说明",
    made: (site: string, origin: string) => `本报告的撰写使用了大语言模型，通过${site}（Lyceum，${origin}）访问。`,
    models: "模型",
    use: ({ model, askedFor, answers }: ModelUse, dates: string) =>
      `${model}${askedFor === null ? "" : `（请求的是 ${askedFor}，由它代答）`}：${answers} 个回答，${dates}`,
    parameters: "参数",
    defaults: "没有设置，均由模型默认",
    someDefaults: "部分回答没有设置参数",
    adjusted: "网关为适应模型而调整或未发送",
    system: "系统提示",
    yes: "有",
    no: "无",
    counts: "次数",
    count: (questions: number, answers: number) =>
      `提问 ${questions} 次，得到 ${answers} 个回答（含重新生成和并排对比的回答）`,
    dates: "日期",
    zone: (zone: string) => `时间为 ${zone} 时区`,
    prompts: "我的提问",
    files: "附件",
    colon: "：",
    comma: "，",
  },
  en: {
    title: "Statement on the use of AI",
    made: (site: string, origin: string) =>
      `Large language models were used in writing this report, by way of ${site} (Lyceum, ${origin}).`,
    models: "Models",
    use: ({ model, askedFor, answers }: ModelUse, dates: string) =>
      `${model}${askedFor === null ? "" : ` (answering for ${askedFor}, which was asked)`}: ${answers} ${answers === 1 ? "answer" : "answers"}, ${dates}`,
    parameters: "Parameters",
    defaults: "none set: the model's defaults",
    someDefaults: "some answers had no parameter set",
    adjusted: "Adjusted or left out by the gateway to suit the model",
    system: "System prompt",
    yes: "yes",
    no: "none",
    counts: "Count",
    count: (questions: number, answers: number) =>
      `${questions} ${questions === 1 ? "question" : "questions"}, ${answers} ${answers === 1 ? "answer" : "answers"} (with regenerated and compared ones)`,
    dates: "Dates",
    zone: (zone: string) => `times in the zone ${zone}`,
    prompts: "What I asked",
    files: "Files",
    colon: ": ",
    comma: ", ",
  },
};

/** From the first to the last, as short as it can be said. */
function span(from: string, to: string): string {
  if (from === to) return from;
  return from.slice(0, 10) === to.slice(0, 10) ? `${from} – ${to.slice(11)}` : `${from} – ${to}`;
}

/** The statement on the use of AI that a lab report ends with. */
export function writeStatement(facts: StatementFacts, choice: StatementChoice): string {
  const say = words[choice.locale];
  const isMarkdown = choice.format === "markdown";
  const at = readerTime(choice.timeZone);
  const code = (text: string) => (isMarkdown ? `\`${text}\`` : text);
  const label = (text: string) => (isMarkdown ? `**${text}**` : text);
  const line = (name: string, text: string) => `- ${label(name)}${say.colon}${text}`;
  const settings = facts.parameters.map((set) =>
    code(
      Object.entries(set)
        .map(([name, value]) => `${name} = ${JSON.stringify(value)}`)
        .join(", "),
    ),
  );
  if (facts.hasDefaults) settings.push(settings.length === 0 ? say.defaults : say.someDefaults);
  const first = facts.models.map(({ from }) => from).toSorted()[0];
  const last = facts.models
    .map(({ to }) => to)
    .toSorted()
    .at(-1);
  const lines = [
    `${isMarkdown ? "## " : ""}${say.title}`,
    "",
    say.made(choice.site, choice.origin),
    "",
    ...facts.models.map((use) =>
      line(say.models, say.use({ ...use, model: code(use.model) }, span(at(use.from), at(use.to)))),
    ),
    ...(first !== undefined && last !== undefined
      ? [line(say.dates, `${span(at(first), at(last))}${say.comma}${say.zone(choice.timeZone)}`)]
      : []),
    ...(settings.length > 0 ? [line(say.parameters, settings.join(choice.locale === "zh" ? "；" : "; "))] : []),
    ...(facts.adjusted.length > 0 ? [line(say.adjusted, code(facts.adjusted.join(", ")))] : []),
    line(say.system, facts.hasSystemPrompt ? say.yes : say.no),
    line(say.counts, say.count(facts.questions, facts.answers)),
  ];
  if (choice.withPrompts) {
    lines.push("", `${isMarkdown ? "### " : ""}${say.prompts}`);
    for (const [index, { at: asked, text, files }] of facts.prompts.entries()) {
      lines.push("", `${index + 1}. ${at(asked)}`);
      if (files.length > 0) lines.push(indented(`${say.files}${say.colon}${files.join(say.comma)}`));
      if (text !== "") lines.push(indented(text));
    }
  }
  return `${lines.join("\n")}\n`;
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, "   ");
}
