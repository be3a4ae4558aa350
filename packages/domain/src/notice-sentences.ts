import type { NoticeKind } from "./notices.ts";

type Language = "zh" | "en";
/** What stands in a notice: decimal amounts, names, days; see noticeKinds. */
export type NoticeFacts = Readonly<Record<string, unknown>>;

export type NoticeWords = {
  /** One line: what happened. */
  readonly title: string;
  /** What follows from it; "" where the title says all. */
  readonly body: string;
};

type Reader = {
  /** A fact as text; "" where it is missing. */
  text(name: string): string;
  number(name: string): number;
  /** An amount with the currency's sign, to at most four decimals. */
  money(name: string): string;
  /** A day as the language writes it. */
  day(name: string): string;
  has(name: string): boolean;
};
type Sentences = (read: Reader) => readonly [title: string, body?: string];

/** The sentences of each kind, for the list in the console and for mails alike. */
const sentences = {
  "balance-used": {
    zh: (r) =>
      r.number("percent") >= 100
        ? [`余额已用完：上次到账后有 ${r.money("of")}，还剩 ${r.money("left")}`, "余额页列出何时再到账、如何申请。"]
        : [`余额已用 ${r.number("percent")} %：上次到账后有 ${r.money("of")}，还剩 ${r.money("left")}`],
    en: (r) =>
      r.number("percent") >= 100
        ? [
            `The balance is used up: ${r.money("left")} is left of ${r.money("of")}`,
            "The balance page says when more comes and how to ask for it.",
          ]
        : [`${r.number("percent")} % of the balance is used: ${r.money("left")} is left of ${r.money("of")}`],
  },
  "cap-used": {
    zh: (r) => {
      const whose = r.has("name") ? `密钥「${r.text("name")}」的花费上限` : "你的花费上限";
      const cap = `${whose} ${r.money("of")}`;
      return r.number("percent") >= 100
        ? [`${cap}已用完，还剩 ${r.money("left")}`]
        : [`${cap}已用 ${r.number("percent")} %，还剩 ${r.money("left")}`];
    },
    en: (r) => {
      const cap = `${r.has("name") ? `The cap of the key “${r.text("name")}”` : "Your spending cap"} of ${r.money("of")}`;
      return r.number("percent") >= 100
        ? [`${cap} is used up: ${r.money("left")} is left`]
        : [`${cap} is ${r.number("percent")} % used: ${r.money("left")} is left`];
    },
  },
  "key-ends": {
    zh: (r) => [`密钥「${r.text("name")}」将在 ${r.number("days")} 天内过期`, "在密钥页可以延期，或换一把新的。"],
    en: (r) => [
      `The key “${r.text("name")}” ends within ${r.number("days") === 1 ? "a day" : `${r.number("days")} days`}`,
      "The keys page lets you extend it or make another.",
    ],
  },
  "model-retires": {
    zh: (r) => [
      `模型 ${r.text("model")} 将于 ${r.day("on")}下线`,
      r.has("instead") ? `此后发给它的请求由 ${r.text("instead")} 回答。` : "请在此之前换用别的模型。",
    ],
    en: (r) => [
      `The model ${r.text("model")} goes on ${r.day("on")}`,
      r.has("instead")
        ? `From then on ${r.text("instead")} answers its requests.`
        : "Change to another one before that.",
    ],
  },
  "course-allowance-missed": {
    zh: (r) => [
      `课程 ${r.text("course")} 这一期的定期额度没有发放`,
      `需要 ${r.money("needed")}，额度池只有 ${r.money("available")}。`,
    ],
    en: (r) => [
      `The course ${r.text("course")} could not pay this period’s allowances`,
      `${r.money("needed")} is needed, and its pool has ${r.money("available")}.`,
    ],
  },
  "course-ask": {
    zh: (r) => [`${r.text("who")} 在课程 ${r.text("course")} 申请 ${r.money("amount")}`, r.text("reason")],
    en: (r) => [`${r.text("who")} asks for ${r.money("amount")} in the course ${r.text("course")}`, r.text("reason")],
  },
  "course-ask-decided": {
    zh: (r) => [
      r.text("granted") === "true"
        ? `课程 ${r.text("course")} 的申请已批准：${r.money("amount")}`
        : `课程 ${r.text("course")} 的申请没有批准`,
      r.has("answer") ? `${r.text("by")}：${r.text("answer")}` : r.has("by") ? `由 ${r.text("by")} 决定。` : "",
    ],
    en: (r) => [
      r.text("granted") === "true"
        ? `Your request in the course ${r.text("course")} was granted: ${r.money("amount")}`
        : `Your request in the course ${r.text("course")} was not granted`,
      r.has("answer") ? `${r.text("by")}: ${r.text("answer")}` : r.has("by") ? `Decided by ${r.text("by")}.` : "",
    ],
  },
  "course-funded": {
    zh: (r) => [`课程 ${r.text("course")} 给你 ${r.money("amount")}，有效至 ${r.day("until")}`],
    en: (r) => [`The course ${r.text("course")} gave you ${r.money("amount")}, until ${r.day("until")}`],
  },
  "course-advance": {
    zh: (r) => [`${r.text("who")} 在课程 ${r.text("course")} 预支了 ${r.money("amount")}`],
    en: (r) => [`${r.text("who")} took ${r.money("amount")} in advance in the course ${r.text("course")}`],
  },
  "key-leaked": {
    zh: (r) =>
      r.has("former")
        ? [
            `密钥「${r.text("name")}」换下的旧密钥（${r.text("prefix")}）已失效：它被公开了`,
            "换上的新密钥照常可用。还在用旧密钥的程序，请改用新的。",
          ]
        : [
            `密钥「${r.text("name")}」（${r.text("prefix")}）已停用：它被公开了`,
            "请到密钥页更换它，再改好用它的程序。",
          ],
    en: (r) =>
      r.has("former")
        ? [
            `The former secret of the key “${r.text("name")}” (${r.text("prefix")}) has ended: it became public`,
            "The one it was rolled to goes on. Put it into the programs that still use the former one.",
          ]
        : [
            `The key “${r.text("name")}” (${r.text("prefix")}) is disabled: it became public`,
            "Roll it on the keys page, and put the new one where the old one was.",
          ],
  },
  announcement: {
    zh: (r) => [r.text("zh"), r.has("by") ? `由 ${r.text("by")} 发布` : ""],
    en: (r) => [r.text("en"), r.has("by") ? `Announced by ${r.text("by")}` : ""],
  },
  "model-lost": {
    zh: (r) => [
      `模型 ${r.text("model")} 已无渠道可用，影响过去一天用过它的 ${r.number("people")} 人`,
      `原因：${causes[r.text("cause")]?.zh ?? r.text("cause")}${r.has("error") ? `（${r.text("error")}）` : ""}。已从列表中拿下，请求得到 503 和可替代的模型；系统持续探测，恢复后自动放回。`,
    ],
    en: (r) => [
      `No channel serves the model ${r.text("model")} any more: ${r.number("people")} people had used it within a day`,
      `Cause: ${causes[r.text("cause")]?.en ?? r.text("cause")}${r.has("error") ? ` (${r.text("error")})` : ""}. It is off the lists, and its requests get 503 with a model that can do the same; probes go on, and it is back by itself once they pass.`,
    ],
  },
  "campus-linked": {
    zh: () => ["校园统一认证已与你的账号关联", "从现在起也可以用它登录。如果不是你本人操作，请联系管理员。"],
    en: () => [
      "Your account is linked with the campus sign-in",
      "You can sign in with it from now on. If that wasn’t you, tell an administrator.",
    ],
  },
  "course-id-taken-back": {
    zh: (r) => [
      `课程 ${r.text("course")} 的学号 ${r.text("studentId")} 已归还本人（${r.text("name")}）`,
      "此前有人未经证明注册了这个学号；本人用校园统一认证登录后，那个人的密码和密钥均已失效。",
    ],
    en: (r) => [
      `The student ID ${r.text("studentId")} in the course ${r.text("course")} is back with its owner (${r.text("name")})`,
      "Somebody had registered it without proof. The owner has signed in by the campus; the other’s password and keys work no more.",
    ],
  },
} satisfies Record<NoticeKind, Record<Language, Sentences>>;

/** Classes of causes, as the breaker names them. */
const causes: Readonly<Record<string, { zh: string; en: string }>> = {
  failures: { zh: "失败过多", en: "too many failures" },
  denied: { zh: "上游拒绝访问", en: "access denied upstream" },
  "model-missing": { zh: "上游没有这个模型", en: "model missing upstream" },
  probe: { zh: "探测失败", en: "probe failed" },
  rate: { zh: "上游限流", en: "rate limit upstream" },
  refused: { zh: "上游不接受凭据", en: "credential not accepted upstream" },
  quota: { zh: "上游额度用完", en: "our quota upstream is used up" },
  "": { zh: "没有可用的渠道", en: "no channel is left" },
};

/** A notice in one language. `currency`: its sign, which goes before amounts. Facts of a kind that is not known any more say nothing. */
export function noticeWords(kind: string, facts: NoticeFacts, language: Language, currency: string): NoticeWords {
  const known: Readonly<Record<string, Record<Language, Sentences> | undefined>> = sentences;
  const [title, body = ""] = known[kind]?.[language](readerOf(facts, language, currency)) ?? [kind];
  return { title, body };
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function readerOf(facts: NoticeFacts, language: Language, currency: string): Reader {
  const text = (name: string) => {
    const value = facts[name];
    return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : "";
  };
  return {
    text,
    number: (name) => Number(text(name)),
    money: (name) => currency + shortened(text(name)),
    day(name) {
      const [, year = "", month = "", day = ""] = /^(\d{4})-(\d{2})-(\d{2})/.exec(text(name)) ?? [];
      if (year === "") return text(name);
      const [m, d] = [Number(month), Number(day)];
      return language === "zh" ? `${year}年${m}月${d}日` : `${d} ${months[m - 1]} ${year}`;
    },
    has: (name) => text(name) !== "",
  };
}

/** At least two decimals and at most four, cut off: nobody has more than is said. */
function shortened(amount: string): string {
  const [whole = "0", fraction = ""] = amount.split(".");
  const digits = fraction.slice(0, 4).replace(/0+$/, "");
  return `${whole}.${digits.padEnd(2, "0")}`;
}
