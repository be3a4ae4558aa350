import type { NoticeFacts } from "@lyceum/domain";
import type { DatabasePool } from "./pool.ts";

export type DueMail = {
  readonly email: string;
  readonly locale: "zh" | "en";
  /** The oldest first; at least one. */
  readonly notices: readonly {
    readonly id: string;
    readonly kind: string;
    readonly detail: NoticeFacts;
    readonly href: string;
  }[];
};

/** People in one round, and notices in one letter. */
const MOST_PEOPLE = 20;
const MOST_NOTICES = 20;
/** What was claimed by a worker that died is tried again after this. */
const LEASE = "10 minutes";
/** Nobody wants to hear of the day before yesterday, for instance when mail is set up or comes back after days. */
const OLDEST = "2 days";
/** A letter is tried so often, after 1, 2, 4 … minutes. */
const MOST_ATTEMPTS = 8;

/**
 * Mails whose time has come, for one worker of all: they are another's only if this one doesn't say what became of them within ten minutes. A mail
 * that was sent in the moment of a crash may so come twice, and none is lost.
 */
export async function claimMails(pool: DatabasePool): Promise<DueMail[]> {
  await pool.query(
    `update notice set mail_next_at = null, mail_error = 'too old' where id in (select n.id from notice n
      where n.mail_next_at <= now() and n.created_at < now() - $1::interval order by n.mail_next_at limit 1000 for update skip locked)`,
    [OLDEST],
  );
  const { rows } = await pool.query<
    DueMail["notices"][number] & { userId: string; email: string | null; locale: string }
  >(
    `with people as (select distinct user_id from (select user_id from notice where mail_next_at <= now() order by mail_next_at limit 500) q limit $1),
      due as (select n.id from notice n join people using (user_id) where n.mail_next_at <= now() for update of n skip locked),
      claimed as (update notice n set mail_next_at = now() + $2::interval, mail_attempts = n.mail_attempts + 1 from due where n.id = due.id
        returning n.id, n.user_id, n.kind, n.detail, n.href, n.created_at)
      select c.id, c.kind, c.detail, c.href, u.id as "userId", case when u.disabled_at is null then u.email end as email, u.locale
        from claimed c join app_user u on u.id = c.user_id order by c.created_at, c.id`,
    [MOST_PEOPLE, LEASE],
  );
  const homeless = rows.filter(({ email }) => email === null).map(({ id }) => id);
  if (homeless.length > 0) await settleMails(pool, homeless, { kind: "never", error: "no address" });
  const byPerson = Map.groupBy(rows, ({ userId }) => userId);
  return [...byPerson.values()].flatMap((own) => {
    const [first] = own;
    if (first?.email == null) return [];
    const locale = first.locale === "en" ? ("en" as const) : ("zh" as const);
    const notices = own.map(({ id, kind, detail, href }) => ({ id, kind, detail, href }));
    const letters: DueMail[] = [];
    for (let at = 0; at < notices.length; at += MOST_NOTICES)
      letters.push({ email: first.email, locale, notices: notices.slice(at, at + MOST_NOTICES) });
    return letters;
  });
}

export type MailOutcome =
  | { readonly kind: "sent" }
  /** later: tried again with growing waits, then given up. never: given up. away: put back, since nothing was tried for them. */
  | { readonly kind: "later" | "never" | "away"; readonly error: string };

/** Takes note of what became of claimed mails. */
export async function settleMails(pool: DatabasePool, ids: readonly string[], outcome: MailOutcome): Promise<void> {
  if (ids.length === 0) return;
  const values = [ids, outcome.kind === "sent" ? "" : outcome.error];
  switch (outcome.kind) {
    case "sent":
      await pool.query(
        "update notice set mailed_at = clock_timestamp(), mail_next_at = null, mail_error = $2 where id = any($1::uuid[])",
        values,
      );
      return;
    case "never":
      await pool.query("update notice set mail_next_at = null, mail_error = $2 where id = any($1::uuid[])", values);
      return;
    case "later":
      await pool.query(
        `update notice set mail_error = $2, mail_next_at = case when mail_attempts < $3 then
            clock_timestamp() + interval '1 minute' * power(2, least(mail_attempts, 20) - 1) end where id = any($1::uuid[])`,
        [...values, MOST_ATTEMPTS],
      );
      return;
    case "away":
      await pool.query(
        `update notice set mail_error = $2, mail_attempts = greatest(0, mail_attempts - 1), mail_next_at = clock_timestamp()
          where id = any($1::uuid[])`,
        values,
      );
      return;
    default:
      outcome satisfies never;
  }
}
