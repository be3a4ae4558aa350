import { AppError, openCredential, sealCredential } from "@lyceum/domain";
import { type Actor, writeAudit } from "./audit.ts";
import type { Db, Tx } from "./client.ts";
import { getSettings } from "./settings.ts";

/** How the campus's own sign-in is reached, as pages show it. What each means stands in CampusConfig of packages/campus. */
export type CampusProviderFacts = {
  readonly kind: "oidc" | "cas";
  readonly address: string;
  readonly clientId: string;
  readonly hasSecret: boolean;
  readonly idAttribute: string;
  readonly idSuffix: string;
  readonly nameAttribute: string;
  readonly labelZh: string;
  readonly labelEn: string;
  readonly allowPrivate: boolean;
  readonly isEnabled: boolean;
};

/** With its secret in open text, which goes into no log, error or reply. */
export type OpenCampusProvider = Omit<CampusProviderFacts, "hasSecret"> & { readonly clientSecret: string | null };

/** Null where none is set up. */
export async function getCampusProvider(db: Db | Tx): Promise<CampusProviderFacts | null> {
  const row = await db.campusProvider.findUnique({ where: { id: 1 } });
  if (row === null) return null;
  const { id: _, updatedAt: __, clientSecret, kind, ...facts } = row;
  return { ...facts, kind: kindOf(kind), hasSecret: clientSecret !== null };
}

/** What the button on the sign-in page says; null where there is none to press. */
export async function findCampusLabel(db: Db | Tx): Promise<{ readonly zh: string; readonly en: string } | null> {
  const row = await db.campusProvider.findFirst({
    where: { id: 1, isEnabled: true },
    select: { labelZh: true, labelEn: true },
  });
  return row && { zh: row.labelZh, en: row.labelEn };
}

export type NewCampusProvider = Omit<CampusProviderFacts, "hasSecret"> & {
  /** Null: the present one stays; "": there is none. */
  readonly clientSecret: string | null;
};

/**
 * Sets it up or changes it. A secret is not taken along to another address or client: whoever may change where it goes must not learn it that way. Throws
 * `invalid_request` there, and `site_address_missing`.
 */
export async function setCampusProvider(
  tx: Tx,
  actor: Actor,
  masterSecret: string,
  input: NewCampusProvider,
): Promise<void> {
  const { clientSecret: typed, ...facts } = input;
  const before = await getCampusProvider(tx);
  requireSecretAgain(before, input);
  if (facts.isEnabled) await requireSiteAddress(tx, facts.kind);
  const secret =
    typed === null ? {} : { clientSecret: typed === "" ? null : Buffer.from(sealCredential(masterSecret, typed)) };
  const data = { ...facts, ...secret, updatedAt: new Date() };
  await tx.campusProvider.upsert({ where: { id: 1 }, create: { id: 1, ...data }, update: data, select: { id: true } });
  await writeAudit(tx, actor, {
    action: "campus-provider.change",
    targetKind: "campus-provider",
    targetId: "1",
    targetName: facts.address,
    detail: { before, after: await getCampusProvider(tx), newSecret: typed !== null && typed !== "" },
  });
}

/**
 * CAS sends its ticket to whatever address it is told, and takes it for that one. So the address is the setting's, never one that a request names. Throws
 * `site_address_missing` where there is none.
 */
export async function requireSiteAddress(db: Db | Tx, kind: "oidc" | "cas"): Promise<void> {
  if (kind === "cas" && !URL.canParse((await getSettings(db)).siteUrl)) throw new AppError("site_address_missing");
}

function requireSecretAgain(before: CampusProviderFacts | null, input: NewCampusProvider): void {
  if (!before?.hasSecret || input.clientSecret !== null) return;
  const isSame = before.kind === input.kind && before.address === input.address && before.clientId === input.clientId;
  // Plain HTTP, which this allows, would show it to whoever listens.
  if (isSame && (before.allowPrivate || !input.allowPrivate)) return;
  throw new AppError("invalid_request", {
    parameters: {
      reason_zh: "地址、客户端或内网选项变了，请重新填写客户端密钥。",
      reason_en: "the address, the client or what is allowed has changed: type the client secret again.",
    },
  });
}

/** For signing in; null where none is set up or it is switched off. Throws where the master secret is another one. */
export async function openCampusProvider(db: Db | Tx, masterSecret: string): Promise<OpenCampusProvider | null> {
  const row = await db.campusProvider.findUnique({ where: { id: 1 } });
  if (row === null || !row.isEnabled) return null;
  const { id: _, updatedAt: __, clientSecret: sealed, kind, ...facts } = row;
  return {
    ...facts,
    kind: kindOf(kind),
    clientSecret: sealed === null ? null : openCredential(masterSecret, sealed),
  };
}

/** The secret that is kept, to try out what is about to be saved; null where there is none, or it would have to be typed again. */
export async function findCampusSecret(
  db: Db | Tx,
  masterSecret: string,
  input: NewCampusProvider,
): Promise<string | null> {
  if (input.clientSecret !== null) return input.clientSecret === "" ? null : input.clientSecret;
  requireSecretAgain(await getCampusProvider(db), input);
  const row = await db.campusProvider.findUnique({ where: { id: 1 }, select: { clientSecret: true } });
  return row?.clientSecret ? openCredential(masterSecret, row.clientSecret) : null;
}

/** The table's check lets nothing else in. */
function kindOf(text: string): "oidc" | "cas" {
  return text === "cas" ? "cas" : "oidc";
}
