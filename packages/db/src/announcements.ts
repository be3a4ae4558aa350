import { type AnnouncementLevel, AppError, type AudienceKind, MAX_ANNOUNCEMENT_LENGTH, newId } from "@lyceum/domain";
import { type Actor, writeAudit } from "./audit.ts";
import type { Tx } from "./client.ts";
import { lockConfig } from "./config-lock.ts";
import { lockCourse } from "./course-roles.ts";

/** `id`: the course's, the group's or the model's; null for everybody. */
export type Audience = { readonly kind: AudienceKind; readonly id: string | null };

/** What may be changed later too. One language may be left empty: the other stands for both. */
export type AnnouncementWords = {
  readonly level: AnnouncementLevel;
  readonly zh: string;
  readonly en: string;
  /** Null: at once. */
  readonly startsAt: Date | null;
  /** Null: until somebody ends it; a course's ends with the course. */
  readonly endsAt: Date | null;
};

export type NewAnnouncement = AnnouncementWords & {
  readonly audience: Audience;
  /** Also as a notice, which goes by mail to those who want that. */
  readonly tells: boolean;
};

/**
 * Announces something. To a course its staff may, to all others administrators. Throws `not_found` for whoever may not and for an audience that does not
 * exist, and `invalid_request` for words or a time that can't be.
 */
export async function createAnnouncement(tx: Tx, actor: Actor, input: NewAnnouncement): Promise<{ id: string }> {
  const { name, endsBy } = await requireAudience(tx, actor, input.audience);
  const { level, zh, en, startsAt, endsAt } = checked(input, endsBy, new Date());
  const id = newId();
  const { kind, id: subject } = input.audience;
  await tx.announcement.create({
    data: {
      id,
      audience: kind,
      courseId: kind === "course" ? subject : null,
      groupId: kind === "group" ? subject : null,
      modelId: kind === "model" ? subject : null,
      ...{ level, zh, en, startsAt, endsAt, tells: input.tells, createdBy: actor.id, createdByName: actor.name },
    },
    select: { id: true },
  });
  const detail = { ...textOf({ level, zh, en, startsAt, endsAt }), audience: kind, for: name, tells: input.tells };
  await note(tx, actor, "announcement.create", { id, courseId: kind === "course" ? subject : null, zh }, detail);
  return { id };
}

/** Changes what it says or when. `again`: who put it away sees it once more. Throws as createAnnouncement, and `invalid_request` where it is over. */
export async function updateAnnouncement(
  tx: Tx,
  actor: Actor,
  input: AnnouncementWords & { readonly id: string; readonly again: boolean; readonly courseId?: string },
): Promise<void> {
  const { row, endsBy } = await requireAnnouncement(tx, actor, input);
  const now = new Date();
  if (row.endsAt !== null && row.endsAt <= now) throw refusal("这则公告已经结束。", "this announcement is over.");
  const after = checked({ ...input, startsAt: input.startsAt ?? row.startsAt }, endsBy, now);
  await tx.announcement.update({ where: { id: row.id }, data: after, select: { id: true } });
  if (input.again) await tx.announcementDismissal.deleteMany({ where: { announcementId: row.id } });
  const detail = { before: textOf(row), after: textOf(after), again: input.again };
  await note(tx, actor, "announcement.update", { ...row, zh: after.zh }, detail);
}

/** Ends it now; one that has not begun is never shown. One that is over stays as it was. */
export async function endAnnouncement(
  tx: Tx,
  actor: Actor,
  input: { readonly id: string; readonly courseId?: string },
): Promise<void> {
  const { row } = await requireAnnouncement(tx, actor, input);
  const now = new Date();
  if (row.endsAt !== null && row.endsAt <= now) return;
  const startsAt = row.startsAt > now ? now : row.startsAt;
  await tx.announcement.update({ where: { id: row.id }, data: { startsAt, endsAt: now }, select: { id: true } });
  await note(tx, actor, "announcement.end", row, { before: row.endsAt?.toISOString() ?? null });
}

/** Somebody has read it and wants to see it no more. What is not for this person, and what is put away already, is left as it is. */
export async function dismissAnnouncement(tx: Tx, input: { userId: string; id: string }): Promise<void> {
  await tx.$executeRaw`insert into announcement_dismissal (user_id, announcement_id)
    select ${input.userId}::uuid, a.id from announcement a where a.id = ${input.id}::uuid and is_announced_to(a, ${input.userId}::uuid)
    on conflict do nothing`;
}

type Row = {
  readonly id: string;
  readonly audience: string;
  readonly courseId: string | null;
  readonly level: string;
  readonly zh: string;
  readonly en: string;
  readonly startsAt: Date;
  readonly endsAt: Date | null;
};

/** `courseId`: it must be that course's. */
async function requireAnnouncement(tx: Tx, actor: Actor, { id, courseId }: { id: string; courseId?: string }) {
  const row: Row | null = await tx.announcement.findUnique({ where: { id } });
  if (row === null || (courseId !== undefined && row.courseId !== courseId)) throw new AppError("not_found");
  const kind: AudienceKind = row.courseId !== null ? "course" : row.audience === "model" ? "model" : "all";
  const { endsBy } = await requireAudience(tx, actor, { kind, id: row.courseId });
  return { row, endsBy };
}

/** Asks for the right to speak to them, and takes the locks that go before others. */
async function requireAudience(
  tx: Tx,
  actor: Actor,
  { kind, id }: Audience,
): Promise<{ name: string; endsBy: Date | null }> {
  if (kind === "course") {
    const course = await lockCourse(tx, actor, id ?? "", "announce");
    if (course.hasEnded) throw refusal(`课程 ${course.code} 已结束。`, `the course ${course.code} has ended.`);
    return { name: course.code, endsBy: course.endsAt };
  }
  if (actor.id !== null) {
    const admin = await tx.user.count({ where: { id: actor.id, role: "admin", disabledAt: null } });
    if (admin === 0) throw new AppError("not_found");
  }
  if (kind === "all") return { name: "", endsBy: null };
  if (kind === "group") {
    const group = await tx.group.findUnique({ where: { id: id ?? "" }, select: { name: true } });
    if (group === null) throw new AppError("group_not_found", { parameters: { group: id ?? "" } });
    return { name: group.name, endsBy: null };
  }
  // Workers say it in errors: it is configuration.
  await lockConfig(tx);
  if (id === null) return { name: "", endsBy: null };
  const model = await tx.model.findUnique({ where: { id }, select: { name: true } });
  if (model === null) throw new AppError("not_found");
  return { name: model.name, endsBy: null };
}

function checked(input: AnnouncementWords, endsBy: Date | null, now: Date) {
  const zh = input.zh.trim() || input.en.trim();
  const en = input.en.trim() || input.zh.trim();
  if (zh === "") throw refusal("请写公告的内容。", "an announcement says something.");
  if (Math.max(zh.length, en.length) > MAX_ANNOUNCEMENT_LENGTH) {
    const most = MAX_ANNOUNCEMENT_LENGTH;
    throw refusal(`公告最多 ${most} 个字符。`, `an announcement has at most ${most} characters.`);
  }
  const startsAt = input.startsAt ?? now;
  const wanted = input.endsAt ?? endsBy;
  const endsAt = wanted !== null && endsBy !== null && wanted > endsBy ? endsBy : wanted;
  if (endsAt !== null && (endsAt <= startsAt || endsAt <= now))
    throw refusal("结束时间应晚于开始时间和现在。", "its end must come after its beginning, and after now.");
  return { level: input.level, zh, en, startsAt, endsAt };
}

function textOf({ level, zh, en, startsAt, endsAt }: Pick<Row, "level" | "zh" | "en" | "startsAt" | "endsAt">) {
  return { level, zh, en, startsAt: startsAt.toISOString(), endsAt: endsAt?.toISOString() ?? null };
}

/** A course's stands in the trail of the course. */
function note(
  tx: Tx,
  actor: Actor,
  action: string,
  row: Pick<Row, "id" | "courseId" | "zh">,
  detail: Parameters<typeof writeAudit>[2]["detail"],
) {
  const target =
    row.courseId === null
      ? { targetKind: "announcement", targetId: row.id, targetName: row.zh.slice(0, 80) }
      : { targetKind: "course", targetId: row.courseId, targetName: row.zh.slice(0, 80) };
  return writeAudit(tx, actor, { action, ...target, detail: { ...detail, id: row.id } });
}

function refusal(reason_zh: string, reason_en: string): AppError {
  return new AppError("invalid_request", { parameters: { reason_zh, reason_en } });
}
