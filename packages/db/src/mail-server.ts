import { AppError, openCredential, sealCredential } from "@lyceum/domain";
import type pg from "pg";
import { type Actor, writeAudit } from "./audit.ts";
import type { Db, Tx } from "./client.ts";

export const mailSecurities = ["none", "starttls", "tls"] as const;
export type MailSecurity = (typeof mailSecurities)[number];

/** The server that takes our mails, as pages show it. */
export type MailServerFacts = {
  readonly host: string;
  readonly port: number;
  readonly security: MailSecurity;
  readonly username: string;
  readonly hasPassword: boolean;
  readonly fromAddress: string;
  readonly isEnabled: boolean;
};

/** As whoever sends needs it: `password` is open text, and goes into no log, error or reply. */
export type OpenMailServer = Omit<MailServerFacts, "hasPassword" | "isEnabled"> & { readonly password: string | null };

/** Null where none is set up. */
export async function getMailServer(db: Db | Tx): Promise<MailServerFacts | null> {
  const row = await db.mailServer.findUnique({ where: { id: 1 } });
  if (row === null) return null;
  const { host, port, username, fromAddress, isEnabled, password } = row;
  return {
    host,
    port,
    security: securityOf(row.security),
    username,
    hasPassword: password !== null,
    fromAddress,
    isEnabled,
  };
}

/** Sets it up or changes it. `password` null: the present one stays; "": there is none. An address elsewhere takes no password along. */
export async function setMailServer(
  tx: Tx,
  actor: Actor,
  masterSecret: string,
  input: Omit<MailServerFacts, "hasPassword"> & { readonly password: string | null },
): Promise<void> {
  const { password: typed, ...facts } = input;
  const before = await getMailServer(tx);
  const isElsewhere = before !== null && (before.host !== facts.host || before.username !== facts.username);
  // Whoever may change where it goes must not learn it that way.
  if (typed === null && before?.hasPassword && isElsewhere) {
    throw new AppError("invalid_request", {
      parameters: {
        reason_zh: "主机或用户名变了，请重新填写密码。",
        reason_en: "the host or the name has changed: type the password again.",
      },
    });
  }
  const password =
    typed === null ? {} : { password: typed === "" ? null : Buffer.from(sealCredential(masterSecret, typed)) };
  const data = { ...facts, ...password, updatedAt: new Date() };
  await tx.mailServer.upsert({ where: { id: 1 }, create: { id: 1, ...data }, update: data, select: { id: true } });
  const after = await getMailServer(tx);
  await writeAudit(tx, actor, {
    action: "mail-server.change",
    targetKind: "mail-server",
    targetId: "1",
    targetName: facts.host,
    detail: { before, after, newPassword: typed !== null && typed !== "" },
  });
}

/** The server with its password; null where none is set up or it is switched off. Throws where the master secret is another one. */
export async function openMailServer(
  db: Pick<pg.Pool, "query"> | Db,
  masterSecret: string,
): Promise<OpenMailServer | null> {
  const row = "mailServer" in db ? await db.mailServer.findUnique({ where: { id: 1 } }) : await readRow(db);
  if (row === null || !row.isEnabled) return null;
  const { host, port, username, fromAddress, password } = row;
  const open = password === null ? null : openCredential(masterSecret, password);
  return { host, port, security: securityOf(row.security), username, password: open, fromAddress };
}

type Row = Omit<OpenMailServer, "security" | "password"> & {
  security: string;
  password: Uint8Array | null;
  isEnabled: boolean;
};

async function readRow(pool: Pick<pg.Pool, "query">): Promise<Row | null> {
  const { rows } = await pool.query<Row>(
    `select host, port, security, username, password, from_address as "fromAddress", is_enabled as "isEnabled" from mail_server where id = 1`,
  );
  return rows[0] ?? null;
}

/** The table's check lets nothing else in. */
function securityOf(text: string): MailSecurity {
  return mailSecurities.find((each) => each === text) ?? "tls";
}
