import type { SeenRequest } from "@lyceum/demo-upstream";
import { look } from "../books.ts";
import { type Call, uuidOf } from "./call.ts";

/** Nanos a token of the models under load: ¥2 and ¥8 a million. */
export const PRICE = { input: "2", output: "8" };
const INPUT_NANOS = 2_000n;
const OUTPUT_NANOS = 8_000n;

/** A usage record as far as it matters here. */
export type UsageRow = {
  id: string;
  outcome: string;
  input_tokens: number;
  output_tokens: number;
  charge_nanos: string;
  uncollected_nanos: string;
};

const COLUMNS = "id, outcome, input_tokens, output_tokens, charge_nanos, uncollected_nanos";

/** What is wrong with the records of calls that their clients saw to the end: for each of them the charge must be there, and right. */
export async function checkSeen(databaseUrl: string, calls: readonly Call[]): Promise<string[]> {
  const ids = calls.flatMap(({ requestId }) => (requestId === null ? [] : [requestId]));
  const rows = await look<UsageRow>(databaseUrl, `select ${COLUMNS} from usage_record where id = any($1::uuid[])`, [
    ids,
  ]);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return calls.flatMap((call) => (call.requestId === null ? [] : checkCall(call, byId.get(call.requestId))));
}

function checkCall(call: Call, record: UsageRow | undefined): string[] {
  const wrong = (what: string) => [`${call.requestId} (${call.wish.model}, ${call.ending}): ${what}`];
  switch (call.ending) {
    case "whole":
    case "cut": {
      if (record === undefined) return wrong("the client saw the end, and there is no usage record");
      const outcomes = call.ending === "whole" ? ["finished"] : ["finished", "cut", "failed"];
      if (!outcomes.includes(record.outcome)) return wrong(`recorded as ${record.outcome}`);
      // What was cut off is estimated, from the text and not below the chunks that were seen.
      const isRight =
        call.ending === "whole"
          ? record.output_tokens === call.outputTokens
          : record.output_tokens >= call.outputTokens;
      if (!isRight) {
        return wrong(`${call.outputTokens} output tokens reached the client, ${record.output_tokens} are recorded`);
      }
      if (call.inputTokens !== null && record.input_tokens !== call.inputTokens) {
        return wrong(`${call.inputTokens} input tokens were reported, ${record.input_tokens} are recorded`);
      }
      const due = INPUT_NANOS * BigInt(record.input_tokens) + OUTPUT_NANOS * BigInt(record.output_tokens);
      return BigInt(record.charge_nanos) === due ? [] : wrong(`${due} nanos are due, ${record.charge_nanos} charged`);
    }
    case "refused":
      // Refused because the database went away in mid-admission: what it may have reserved is released, or swept as killed.
      if (record === undefined || record.outcome === "killed" || record.charge_nanos === "0") return [];
      return wrong(`refused, and charged ${record.charge_nanos} nanos as ${record.outcome}`);
    case "left":
      if (call.outputTokens === 0 || record === undefined || record.charge_nanos !== "0") return [];
      return wrong("output was delivered and nothing is charged");
    case "torn":
    case "unreachable":
      return []; // what the upstream saw of it is looked at from there
    default:
      return call.ending satisfies never;
  }
}

/** The same for all that happened, once everything has ended and the sweeper has passed. */
export async function checkAll(
  databaseUrl: string,
  happened: { calls: readonly Call[]; sightings: readonly SeenRequest[]; fundedNanos: ReadonlyMap<string, bigint> },
): Promise<string[]> {
  const { calls, sightings, fundedNanos } = happened;
  const records = await look<UsageRow>(databaseUrl, `select ${COLUMNS} from usage_record`);
  return [
    ...calls.flatMap(({ requestId, problem }) => (problem === null ? [] : [`${requestId}: ${problem}`])),
    ...(await checkSeen(databaseUrl, calls)),
    ...checkSightings(records, sightings),
    ...(await checkAccounts(databaseUrl, fundedNanos)),
  ];
}

/** Every request that the upstream saw has one usage record; a record that it never saw has cost nothing, or its worker was killed. */
function checkSightings(records: readonly UsageRow[], sightings: readonly SeenRequest[]): string[] {
  const seen = new Map<string, number>();
  const recorded = new Map<string, number>();
  const differences: string[] = [];
  for (const { headers, id } of sightings) {
    const requestId = uuidOf(headers["x-request-id"]);
    if (requestId === null) differences.push(`the upstream's request ${id} carried no request id`);
    else seen.set(requestId, (seen.get(requestId) ?? 0) + 1);
  }
  for (const record of records) {
    recorded.set(record.id, (recorded.get(record.id) ?? 0) + 1);
    if (record.uncollected_nanos !== "0")
      differences.push(`${record.id}: ${record.uncollected_nanos} nanos uncollected`);
    if (seen.has(record.id) || record.outcome === "killed") continue;
    // Client-gone: it hung up while its request was being written to the upstream, which then ignores the half of it.
    const isUnsent = ["failed", "client-gone"].includes(record.outcome) && record.charge_nanos === "0";
    if (!isUnsent && record.outcome !== "client-gone") {
      differences.push(`${record.id}: recorded as ${record.outcome}, and the upstream never saw it`);
    }
  }
  for (const [id, times] of seen) {
    if (times > 1) differences.push(`${id}: sent to the upstream ${times} times`);
    if (recorded.get(id) !== 1)
      differences.push(`${id}: seen upstream, and has ${recorded.get(id) ?? 0} usage records`);
  }
  return differences;
}

/** What went in is what is left and what was charged; nothing is reserved any more; nobody owes anything. */
async function checkAccounts(databaseUrl: string, fundedNanos: ReadonlyMap<string, bigint>): Promise<string[]> {
  const rows = await look<{ student_id: string; balance: string; reserved: string; charged: string }>(
    databaseUrl,
    `select u.student_id, a.balance_nanos as balance, a.reserved_nanos as reserved,
        (select coalesce(sum(r.charge_nanos), 0) from usage_record r where r.account_id = a.id) as charged
      from account a join app_user u on u.id = a.user_id`,
  );
  return rows.flatMap(({ student_id, balance, reserved, charged }) => {
    const differences: string[] = [];
    const funded = fundedNanos.get(student_id) ?? 0n;
    if (BigInt(balance) < 0n) differences.push(`${student_id}: the balance is ${balance}`);
    if (reserved !== "0") differences.push(`${student_id}: ${reserved} nanos are still reserved`);
    if (funded !== BigInt(balance) + BigInt(charged)) {
      differences.push(`${student_id}: ${funded} nanos went in, ${balance} are left and ${charged} charged`);
    }
    return differences;
  });
}
