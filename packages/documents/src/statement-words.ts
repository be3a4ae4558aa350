/** The words of a statement on paper; kinds are those of the ledger's entries. */
export type StatementWords = {
  readonly [name in
    | (
        | "title"
        | "pool"
        | "entry"
        | "amount"
        | "opening"
        | "closing"
        | "weeks"
        | "weekOf"
        | "models"
        | "model"
        | "people"
      )
    | (
        | "requests"
        | "input"
        | "output"
        | "spent"
        | "sum"
        | "students"
        | "studentId"
        | "name"
        | "none"
        | "ties"
        | "studentsNote"
      )
    | ("openingNanos" | "grantedNanos" | "spentNanos" | "otherNanos" | "closingNanos")]: string;
} & {
  readonly kinds: Readonly<Record<string, string>>;
  readonly period: (from: string, to: string, zone: string) => string;
  readonly made: (at: string, currency: string) => string;
  readonly differs: (amount: string) => string;
  readonly count: (people: number) => string;
  readonly page: (page: number, pages: number) => string;
};

export const statementWords: Readonly<Record<"zh" | "en", StatementWords>> = {
  zh: {
    title: "课程账单",
    pool: "额度池",
    entry: "条目",
    amount: "金额",
    opening: "期初",
    closing: "期末",
    weeks: "按周",
    weekOf: "周一起于",
    models: "按模型",
    model: "模型",
    people: "人数",
    requests: "请求",
    input: "输入 tokens",
    output: "输出 tokens",
    spent: "花费",
    sum: "合计",
    students: "按学生",
    studentId: "学号",
    name: "姓名",
    openingNanos: "期初",
    grantedNanos: "发放",
    spentNanos: "花费",
    otherNanos: "收回、到期",
    closingNanos: "期末",
    none: "这段时间没有。",
    ties: "花费之和与账本的扣款一致。",
    differs: (amount) => `账本的扣款多 ${amount}：在期初或期末的界上先后进入两期的请求。`,
    studentsNote: "只含这门课的额度。期初 + 发放 + 花费 + 收回与到期 = 期末；金额取自账本，精确到小数点后 9 位。",
    kinds: {
      "top-up": "充值",
      grant: "发放给学生",
      return: "从学生收回",
      expiry: "到期",
      adjustment: "调整",
      refund: "退回",
      charge: "扣款",
    },
    period: (from, to, zone) => `期间 ${from} 至 ${to}（${zone}）`,
    made: (at, currency) => `制表 ${at} · 货币 ${currency}`,
    count: (people) => `${people} 人`,
    page: (page, pages) => `第 ${page} 页，共 ${pages} 页`,
  },
  en: {
    title: "Statement of the course",
    pool: "Pool",
    entry: "Entry",
    amount: "Amount",
    opening: "Opening",
    closing: "Closing",
    weeks: "By week",
    weekOf: "Week from Monday",
    models: "By model",
    model: "Model",
    people: "People",
    requests: "Requests",
    input: "Input tokens",
    output: "Output tokens",
    spent: "Spent",
    sum: "Sum",
    students: "By student",
    studentId: "Student ID",
    name: "Name",
    openingNanos: "Opening",
    grantedNanos: "Given",
    spentNanos: "Spent",
    otherNanos: "Back, expired",
    closingNanos: "Closing",
    none: "None in this time.",
    ties: "What was spent adds up to what the ledger charged.",
    differs: (amount) =>
      `The ledger charged ${amount} more: requests that began in one period and were charged in another.`,
    studentsNote:
      "This course's money only. Opening + given + spent + back and expired = closing; amounts are the ledger's, exact to nine decimals.",
    kinds: {
      "top-up": "Top-up",
      grant: "Given to students",
      return: "Back from students",
      expiry: "Expired",
      adjustment: "Adjustment",
      refund: "Refund",
      charge: "Charge",
    },
    period: (from, to, zone) => `From ${from} to ${to} (${zone})`,
    made: (at, currency) => `Made ${at} · currency ${currency}`,
    count: (people) => `${people} ${people === 1 ? "person" : "people"}`,
    page: (page, pages) => `Page ${page} of ${pages}`,
  },
};
