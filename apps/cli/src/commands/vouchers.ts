import { type Actor, type Db, getSettings, getVoucherBatch, listVoucherBatches } from "@lyceum/db";
import { formatAmount, parseAmount } from "@lyceum/domain";
import { createVouchers, revokeVouchers } from "@lyceum/ledger";
import type { CourseCommand, Option, PlainCommand, Result, Values } from "../command.ts";
import { UsageError } from "../command.ts";
import { actOrTry, triedOnly } from "../dry-run.ts";
import { requireId } from "../ids.ts";
import { parseMoment } from "../moment.ts";
import { onceOption, requireFirst } from "../once.ts";

const code = { value: "CODE", help: "the course's code", required: true } as const;
const apply = { help: "do it; without it the command only says what it would do" } as const;

const creating: Readonly<Record<string, Option>> = {
  amount: { value: "AMOUNT", help: "what each code is worth, in currency units", required: true },
  count: { value: "N", help: "how many codes", required: true },
  "redeem-until": { value: "DATE", help: "the last day for redeeming, or a full ISO time", required: true },
  note: { value: "TEXT", help: "what it is for; whoever redeems a code sees it", required: true },
  once: onceOption,
  apply,
};
const listing: Readonly<Record<string, Option>> = {
  batch: { value: "ID", help: "the codes of this batch, and by whom they were redeemed" },
};
const revoking: Readonly<Record<string, Option>> = {
  batch: { value: "ID", help: "as the list prints it", required: true },
  voucher: { value: "IDS", help: "only these codes, separated by commas; all that are open if left out" },
  apply,
};

export const voucherCreate: PlainCommand = {
  name: "voucher create",
  summary: "Make a batch of codes that whoever has one turns into money, one a person; paid by nobody. Shown once.",
  needs: "admin",
  options: {
    ...creating,
    "ends-at": { value: "DATE", help: "the end of the money; never if left out" },
  },
  run: (values, { db, actor }) => create(values, db, actor, null),
};

export const courseVoucherCreate: CourseCommand = {
  name: "course voucher create",
  summary: "Make a batch of codes out of a course's pool, which sets aside their whole worth. Shown once.",
  needs: "fund",
  options: {
    code,
    ...creating,
    "ends-at": { value: "DATE", help: "the end of the money; with the course if left out" },
    "members-only": { help: "only members of the course may redeem one" },
  },
  run: (values, { db, actor, course }) => create(values, db, actor, course),
};

export const voucherList: PlainCommand = {
  name: "voucher list",
  summary: "The batches of no course with what became of their codes; or one of them.",
  needs: "reader",
  options: listing,
  run: (values, { db, actor }) => list(values, db, actor, null),
};

export const courseVoucherList: CourseCommand = {
  name: "course voucher list",
  summary: "A course's batches with what became of their codes; or one of them.",
  needs: "see",
  options: { code, ...listing },
  run: (values, { db, actor, course }) => list(values, db, actor, course),
};

export const voucherRevoke: PlainCommand = {
  name: "voucher revoke",
  summary: "End codes that nobody has redeemed.",
  needs: "admin",
  options: revoking,
  run: (values, { db, actor }) => revoke(values, db, actor, null),
};

export const courseVoucherRevoke: CourseCommand = {
  name: "course voucher revoke",
  summary: "End codes of a course that nobody has redeemed; what was set aside for them goes back to its pool.",
  needs: "fund",
  options: { code, ...revoking },
  run: (values, { db, actor, course }) => revoke(values, db, actor, course),
};

type OfCourse = { readonly id: string; readonly code: string } | null;

async function create(values: Values, db: Db, actor: Actor, course: OfCourse): Promise<Result> {
  const { currency, timeZone } = await getSettings(db);
  const isApplied = values.isOn("apply");
  const redeemUntil = parseMoment(values.text("redeem-until"), timeZone) ?? new Date(Number.NaN);
  const count = Number(values.text("count"));
  const amountNanos = parseAmount(values.text("amount"));
  const input = {
    ...{ courseId: course?.id ?? null, amountNanos, count, redeemUntil, note: values.text("note") },
    endsAt: parseMoment(values.optional("ends-at"), timeZone),
    membersOnly: course !== null && values.isOn("members-only"),
  };
  const made = await actOrTry(db, isApplied, async (tx) => {
    await requireFirst(tx, values, "voucher create", course?.id ?? "");
    return createVouchers(tx, actor, input);
  });
  const setAside = formatAmount(made.setAsideNanos);
  const lines = [
    `${count} × ${formatAmount(amountNanos)} ${currency}, to be redeemed until ${redeemUntil.toISOString()}` +
      `${course === null ? "" : `; ${setAside} ${currency} set aside in the pool of ${course.code}`}.`,
    // Codes that were rolled back are no codes.
    ...(isApplied ? [`Batch ${made.batchId}`, ...made.codes.map((each) => each.code)] : [triedOnly]),
  ];
  const codes = isApplied ? made.codes : [];
  const batchId = isApplied ? made.batchId : null;
  return { lines, json: { applied: isApplied, batchId, count, setAside, codes, currency } };
}

async function list(values: Values, db: Db, actor: Actor, course: OfCourse): Promise<Result> {
  const { currency } = await getSettings(db);
  const courseId = course?.id ?? null;
  const batchId = values.optional("batch");
  if (batchId !== undefined) {
    const { vouchers, ...batch } = await getVoucherBatch(db, actor, { courseId, batchId: requireId(batchId) });
    const codes = vouchers.map(({ closedAt, ...rest }) => ({ ...rest, closedAt: closedAt?.toISOString() ?? null }));
    const lines = codes.map(
      (each) =>
        `${each.id}  ${each.prefix}…  ${each.state}${each.studentId === null ? "" : `  ${each.studentId} ${each.name}`}`,
    );
    return { lines, json: { ...described(batch), vouchers: codes, currency } };
  }
  const rows = [];
  for (let page = 1; ; page += 1) {
    const answer = await listVoucherBatches(db, actor, courseId, { page, pageSize: 200 });
    rows.push(...answer.rows);
    if (rows.length >= answer.total || answer.rows.length === 0) break;
  }
  const batches = rows.map(described);
  const lines = batches.map(
    (each) =>
      `${each.id}  ${each.codes} × ${each.amount} ${currency}  ${each.note}  ${each.redeemed} redeemed, ${each.open} open, ` +
      `${each.revoked} revoked, ${each.ended} over  until ${each.redeemUntil}`,
  );
  return { lines: lines.length === 0 ? ["There is no voucher."] : lines, json: { batches, currency } };
}

type Batch = Awaited<ReturnType<typeof listVoucherBatches>>["rows"][number];

function described({ amountNanos, createdAt, redeemUntil, endsAt, ...rest }: Batch) {
  return {
    ...rest,
    amount: formatAmount(amountNanos),
    createdAt: createdAt.toISOString(),
    redeemUntil: redeemUntil.toISOString(),
    endsAt: endsAt?.toISOString() ?? null,
  };
}

async function revoke(values: Values, db: Db, actor: Actor, course: OfCourse): Promise<Result> {
  const { currency } = await getSettings(db);
  const batchId = requireId(values.text("batch"));
  const voucherIds = values.list("voucher").map(requireId);
  if (values.optional("voucher") !== undefined && voucherIds.length === 0)
    throw new UsageError("--voucher names no id.");
  const isApplied = values.isOn("apply");
  // A batch of another course, or of none, is missing here.
  await getVoucherBatch(db, actor, { courseId: course?.id ?? null, batchId });
  const { revoked, freedNanos } = await actOrTry(db, isApplied, (tx) =>
    revokeVouchers(tx, actor, { batchId, voucherIds: voucherIds.length === 0 ? undefined : voucherIds }),
  );
  const freed = formatAmount(freedNanos);
  const lines = [`${revoked} codes revoked${course === null ? "" : `; ${freed} ${currency} free again in the pool`}.`];
  if (!isApplied) lines.push(triedOnly);
  return { lines, json: { batchId, applied: isApplied, revoked, freed, currency } };
}
