import { claimMails, type DueMail, settleMails } from "@lyceum/db/mail-queue";
import { openMailServer } from "@lyceum/db/mail-server";
import type { DatabasePool } from "@lyceum/db/pool";
import type { Settings } from "@lyceum/domain";
import type { Log } from "@lyceum/gateway";
import { type MailServer, noticeLetter, sendLetter } from "@lyceum/mail";

const ROUND_MS = 15_000;
/** How long a server that is away is left alone: doubled each time, up to the second. */
const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 900_000;
/** A worker that drains waits so long for a letter on its way. */
const STOP_MS = 2_000;

export type Mail = { stop(): Promise<void> };

/**
 * Sends notices by mail to whoever wants that, where a mail server is set up. The queue stands in the database: any worker sends, each mail once. A
 * server that is away costs one try now and then, and no request ever waits for it.
 */
export function startMail(
  pool: DatabasePool,
  masterSecret: string,
  settings: () => Pick<Settings, "siteName" | "siteUrl" | "currency"> | undefined,
  log: Log,
  { roundMs = ROUND_MS, firstPauseMs = FIRST_PAUSE_MS } = {},
): Mail {
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  let pauseMs = 0;

  async function sendOne(server: MailServer, { email, locale, notices }: DueMail): Promise<boolean> {
    const current = settings();
    if (current === undefined) throw new Error("there is no configuration yet");
    const site = { name: current.siteName, url: current.siteUrl, currency: signOf(current.currency) };
    const sent = await sendLetter(server, email, noticeLetter(notices, locale, site));
    const ids = notices.map(({ id }) => id);
    await settleMails(pool, ids, sent.ok ? { kind: "sent" } : sent);
    if (sent.ok || sent.kind !== "away") return true;
    if (pauseMs === 0) log("warn", "the mail server can't be used", { error: sent.error });
    return false;
  }

  /** Whether the server was there, or nothing was to be sent. */
  async function sendDue(): Promise<boolean> {
    const server = settings() === undefined ? null : await openMailServer(pool, masterSecret);
    if (server === null) return true;
    const due = await claimMails(pool);
    for (const [at, mail] of due.entries()) {
      if (!isStopped && (await sendOne(server, mail))) continue;
      const rest = due.slice(isStopped ? at : at + 1).flatMap(({ notices }) => notices.map(({ id }) => id));
      await settleMails(pool, rest, { kind: "away", error: "" });
      return isStopped;
    }
    return true;
  }

  async function round(): Promise<void> {
    let wait = roundMs;
    try {
      const isThere = await sendDue();
      if (isThere && pauseMs > 0) log("info", "the mail server can be used again", {});
      pauseMs = isThere ? 0 : Math.min(LONGEST_PAUSE_MS, pauseMs === 0 ? firstPauseMs : pauseMs * 2);
      wait += pauseMs;
    } catch (error) {
      if (!isStopped) log("warn", "sending mail failed", { error });
    }
    // Spread out, so that workers started together don't ask all at once.
    if (!isStopped) timer = setTimeout(() => (running = round()), wait * (0.9 + Math.random() * 0.2));
  }
  let running = round();

  return {
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      // Not for a server that says nothing: what was claimed comes back by itself.
      await Promise.race([running, new Promise((resolve) => setTimeout(resolve, STOP_MS).unref())]);
    },
  };
}

function signOf(currency: string): string {
  return currency === "CNY" ? "¥" : `${currency} `;
}
