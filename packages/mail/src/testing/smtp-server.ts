import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { createServer as createTlsServer, TLSSocket } from "node:tls";
import type { Certified } from "./certificate.ts";

export type Received = {
  readonly to: readonly string[];
  readonly from: string;
  readonly data: string;
  /** It came encrypted. */
  readonly isEncrypted: boolean;
};

/**
 * An SMTP server for tests (RFC 5321, as much as a client of ours says). `answer` may refuse a sender, a recipient or a letter with a line of its own, like
 * "550 no such user"; `password`: whoever comes must show it, where there is TLS only under it. `tls`: from the first byte, or after STARTTLS.
 */
export async function startSmtpServer(
  options: {
    password?: string;
    answer?: (command: "MAIL" | "RCPT" | "DATA", argument: string) => string | null;
    tls?: Certified & { readonly from: "start" | "starttls" };
  } = {},
) {
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const { tls } = options;
  const greet = (socket: Socket) => {
    connections += 1;
    watch(socket);
    converse(socket, true);
  };
  const server = tls?.from === "start" ? createTlsServer(tls, greet) : createServer(greet);

  function watch(socket: Socket): void {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
  }

  function converse(socket: Socket, isGreeted: boolean): void {
    const isEncrypted = socket instanceof TLSSocket;
    let letter = { from: "", to: [] as string[] };
    let isData = false;
    let rest = "";
    const say = (line: string) => socket.write(`${line}\r\n`);
    if (isGreeted) say("220 test ESMTP");

    function take(line: string): void {
      const [verb = "", ...words] = line.split(" ");
      const argument = words.join(" ");
      switch (verb.toUpperCase()) {
        case "EHLO":
          say("250-test");
          if (tls !== undefined && !isEncrypted) return void say("250 STARTTLS");
          return void say(options.password === undefined ? "250 8BITMIME" : "250 AUTH PLAIN");
        case "AUTH": {
          const [, , shown] = Buffer.from(words[1] ?? "", "base64")
            .toString()
            .split("\0");
          return void say(shown === options.password ? "235 ok" : "535 no such name or password");
        }
        case "MAIL": {
          letter = { from: argument, to: [] };
          return void say(options.answer?.("MAIL", argument) ?? "250 ok");
        }
        case "RCPT": {
          const refusal = options.answer?.("RCPT", argument) ?? null;
          if (refusal === null) letter.to.push(/<(.*)>/.exec(argument)?.[1] ?? argument);
          return void say(refusal ?? "250 ok");
        }
        case "DATA":
          isData = true;
          return void say("354 go on");
        case "STARTTLS":
          if (tls === undefined || isEncrypted) return void say("502 not here");
          say("220 go on");
          return void encrypt();
        case "QUIT":
          say("221 bye");
          return void socket.end();
        default:
          return void say("250 ok");
      }
    }

    /** From here on the same conversation goes on under TLS, begun anew. */
    function encrypt(): void {
      socket.removeAllListeners("data");
      const secured = new TLSSocket(socket, { isServer: true, ...tls });
      watch(secured);
      converse(secured, false);
    }

    // Under TLS the bytes are to reach it as they are.
    const decoder = new TextDecoder();
    socket.on("data", (chunk: Buffer) => {
      rest += decoder.decode(chunk, { stream: true });
      for (;;) {
        const end = isData ? "\r\n.\r\n" : "\r\n";
        const at = rest.indexOf(end);
        if (at < 0) return;
        const piece = rest.slice(0, at);
        rest = rest.slice(at + end.length);
        if (!isData) {
          take(piece);
          continue;
        }
        isData = false;
        const refusal = options.answer?.("DATA", piece) ?? null;
        if (refusal === null) received.push({ ...letter, data: piece, isEncrypted });
        say(refusal ?? "250 taken");
      }
    });
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    port: address.port,
    received,
    get connections() {
      return connections;
    },
    async close(): Promise<void> {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

export type SmtpServer = Awaited<ReturnType<typeof startSmtpServer>>;

/** The readable parts of a letter: what was encoded for the way is decoded, all joined. */
export function readable(data: string): string {
  const [, ...parts] = data.split(/^--.+\r?$/m);
  const decoded = parts.map((part) => {
    const [head = "", ...body] = part.trimStart().split("\r\n\r\n");
    const text = body.join("\r\n\r\n");
    if (/base64/i.test(head)) return Buffer.from(text, "base64").toString("utf8");
    if (!/quoted-printable/i.test(head)) return text;
    const bytes = text
      .replace(/=\r\n/g, "")
      .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
    return Buffer.from(bytes, "latin1").toString("utf8");
  });
  return decoded.join("\n").replaceAll("\r\n", "\n");
}
