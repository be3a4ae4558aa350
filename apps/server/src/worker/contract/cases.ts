import { answers } from "./answer-cases.ts";
import type { ContractCase } from "./contract-case.ts";
import { requests } from "./request-cases.ts";

/** All lines, requests first. */
export const cases: readonly ContractCase[] = [
  ...requests.map(({ zh, en, ...line }): ContractCase => ({ ...line, group: "request", title: { zh, en } })),
  ...answers.map(({ zh, en, ...line }): ContractCase => ({ ...line, group: "answer", title: { zh, en } })),
];
