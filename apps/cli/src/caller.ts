import { type Actor, commandLine, type Db, getPublicSettings, getSessionUser, type SessionUser } from "@lyceum/db";
import { AppError, deriveSecret, openCommandLineSession } from "@lyceum/domain";
import { CliError } from "./command.ts";

/** In whose name a command runs. `user` null: nobody has signed in, and whoever runs the machine is an admin. */
export type Caller = {
  readonly actor: Actor;
  readonly user: SessionUser | null;
  /** When the session ends. */
  readonly until: Date | null;
};

/** Without a session the command line is an admin's: who runs it has the database. */
export const withoutSession: Caller = { actor: commandLine, user: null, until: null };

/**
 * Whose session this is now. Nothing falls back to the admin: a session that has ended, was revoked or is of another system is refused, and so is a
 * person who is disabled or has something to settle on the pages first. Throws CliError, `account_disabled`, `terms_required`.
 */
export async function openCaller(db: Db, session: string, masterSecret: string): Promise<Caller> {
  const claims = openCommandLineSession(deriveSecret(masterSecret, "command-line-session"), session);
  const user = claims === null ? null : await getSessionUser(db, claims.userId);
  if (claims === null || user === null || user.sessionVersion !== claims.sessionVersion) throw ended();
  if (user.disabled) throw new AppError("account_disabled");
  await requireNothingDue(db, user);
  return { actor: { id: user.id, name: user.name }, user, until: new Date(claims.expiresAt) };
}

/** As the pages: first a password of one's own, then the terms in force. Throws CliError, `terms_required`. */
export async function requireNothingDue(db: Db, user: SessionUser): Promise<void> {
  if (user.mustChangePassword) {
    throw new CliError({
      zh: "这是一次性密码：请先在网页上登录，换成自己的密码。",
      en: "This is a one-time password: sign in on the pages first and choose one of your own.",
    });
  }
  const { terms } = await getPublicSettings(db);
  if (user.termsVersion !== terms.version) throw new AppError("terms_required");
}

function ended(): CliError {
  return new CliError({
    zh: "会话已结束，或不属于这个系统：请用 pnpm lyceum sign-in 重新登录，或用 sign-out 退出。",
    en: "The session has ended, or is of another system: sign in again with pnpm lyceum sign-in, or sign out.",
  });
}
