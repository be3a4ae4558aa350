import { AppError, type SettingKey, type Settings, settingsSchema } from "@lyceum/domain";
import { type Actor, writeAudit } from "./audit.ts";
import type { Db, Tx } from "./client.ts";
import { lockConfig } from "./config-lock.ts";
import type { Prisma } from "./generated/client.ts";

/** Every setting: what an admin changed, defaults for the rest. */
export async function getSettings(db: Db | Tx): Promise<Settings> {
  const rows = await db.setting.findMany({ select: { key: true, value: true } });
  return settingsSchema.parse(Object.fromEntries(rows.map((row) => [row.key, row.value])));
}

export type PublicSettings = Pick<
  Settings,
  "siteName" | "siteUrl" | "currency" | "timeZone" | "registration" | "terms" | "contact" | "academicTerms" | "lobeUrl"
>;

/** What anyone may see, signed in or not. */
export async function getPublicSettings(db: Db | Tx): Promise<PublicSettings> {
  const { siteName, siteUrl, currency, timeZone, registration, terms, contact, academicTerms, lobeUrl } =
    await getSettings(db);
  return { siteName, siteUrl, currency, timeZone, registration, terms, contact, academicTerms, lobeUrl };
}

/** Changes one setting. Throws `invalid_request` naming what is wrong with the value. */
export async function setSetting(tx: Tx, actor: Actor, key: SettingKey, value: unknown): Promise<void> {
  const parsed = settingsSchema.shape[key].safeParse(value);
  if (!parsed.success) {
    const reason = `${key}: ${parsed.error.issues.map((issue) => [...issue.path, issue.message].join(" ")).join("; ")}`;
    throw new AppError("invalid_request", { parameters: { reason_zh: reason, reason_en: reason } });
  }
  await lockConfig(tx);
  const before = (await getSettings(tx))[key];
  const after = parsed.data as Prisma.InputJsonValue;
  await tx.setting.upsert({
    where: { key },
    create: { key, value: after },
    update: { value: after, updatedAt: new Date() },
    select: { key: true },
  });
  await writeAudit(tx, actor, {
    action: "setting.change",
    targetKind: "setting",
    targetId: key,
    targetName: key,
    detail: { before, after: parsed.data },
  });
}
