import { createTransport } from "nodemailer";
import type { Letter } from "./letters.ts";

/** The server that takes our mails. `password` is open text: it goes into no log, error or letter. */
export type MailServer = {
  readonly host: string;
  readonly port: number;
  /** none: in the clear. starttls: encrypted after the greeting, or not at all. tls: from the first byte. */
  readonly security: "none" | "starttls" | "tls";
  readonly username: string;
  readonly password: string | null;
  /** What stands in From: an address, or "Name <address>". */
  readonly fromAddress: string;
};

/**
 * What became of a letter. later: this one may be taken in a while. never: this address or this letter is refused. away: the server itself can't be
 * reached, isn't trusted, or doesn't take our name; nothing can be sent now. `error`: in the server's words, without a secret. `fault`: what an administrator
 * can mend of the encryption: a certificate that nobody known has signed, or a server that offers no STARTTLS.
 */
export type Sent =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly kind: "later" | "never" | "away";
      readonly error: string;
      readonly fault?: "certificate" | "starttls";
    };

/** Waits for a server that says nothing. */
const CONNECT_MS = 10_000;
const IDLE_MS = 20_000;
const MOST_ERROR = 300;

/** Sends one letter. Every wait is bounded, and every failure is a value. */
export async function sendLetter(server: MailServer, to: string, letter: Letter): Promise<Sent> {
  const transport = createTransport({
    host: server.host,
    port: server.port,
    secure: server.security === "tls",
    requireTLS: server.security === "starttls",
    ignoreTLS: server.security === "none",
    ...(server.username !== "" && { auth: { user: server.username, pass: server.password ?? "" } }),
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: IDLE_MS,
    // A letter is what was put together here: nothing is read from disk or fetched for it.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    const headers = { "auto-submitted": "auto-generated" };
    await transport.sendMail({ from: server.fromAddress, to: { name: "", address: to }, headers, ...letter });
    return { ok: true };
  } catch (error) {
    return failureOf(error, server);
  } finally {
    transport.close();
  }
}

function failureOf(error: unknown, { password }: MailServer): Sent {
  const { code, command, responseCode, message } = error as {
    code?: string;
    command?: string;
    responseCode?: number;
    message?: string;
  };
  const words = (message ?? String(error)).slice(0, MOST_ERROR);
  const shown = password ? words.replaceAll(password, "***") : words;
  // A sender that is refused is refused for every letter: the server's settings are at fault, not the one that happened to be next.
  const isAboutLetter = (code === "EENVELOPE" && command !== "MAIL FROM") || code === "EMESSAGE";
  if (!isAboutLetter || responseCode === undefined) {
    // The same words whether it fails from the first byte or after STARTTLS, where the code is of the library's.
    const fault = /certificate/i.test(words) ? "certificate" : command === "STARTTLS" ? "starttls" : null;
    return { ok: false, kind: "away", error: shown, ...(fault !== null && { fault }) };
  }
  return { ok: false, kind: responseCode >= 500 ? "never" : "later", error: shown };
}
