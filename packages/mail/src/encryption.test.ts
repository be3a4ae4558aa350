import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type MailServer, type Sent, sendLetter } from "./send-letter.ts";
import { type Certified, makeCertificate } from "./testing/certificate.ts";
import { type SmtpServer, startSmtpServer } from "./testing/smtp-server.ts";

const run = promisify(execFile);
const letter = { subject: "s", text: "t", html: "<p>t</p>" };
const IP = "127.0.0.1";
const authority = makeCertificate("Campus CA");
const trusted = makeCertificate("smtp.example.edu", { ip: IP, issuer: authority });
const opened: SmtpServer[] = [];
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lyceum-mail-"));
  await writeFile(join(folder, "ca.pem"), authority.cert);
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

async function smtp(from: "start" | "starttls" | null, certified: Certified = trusted): Promise<SmtpServer> {
  const server = await startSmtpServer({ password: "s3cret-word", ...(from && { tls: { ...certified, from } }) });
  opened.push(server);
  return server;
}

const at = (port: number, security: MailServer["security"]): MailServer => ({
  ...{ host: IP, port, security, username: "llm", password: "s3cret-word" },
  fromAddress: "Lyceum <llm@example.edu>",
});

/** As a process does that was started with the campus's authority: what Node trusts is fixed at its start. */
async function sendTrusting(server: MailServer): Promise<Sent> {
  const program = `const { sendLetter } = await import(${JSON.stringify(new URL("./send-letter.ts", import.meta.url).href)});
    console.log(JSON.stringify(await sendLetter(...JSON.parse(process.argv[1]))));`;
  const values = JSON.stringify([server, "a@example.edu", letter]);
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", program, values], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: join(folder, "ca.pem") },
  });
  return JSON.parse(stdout) as Sent;
}

const kinds = [
  ["start", "tls"],
  ["starttls", "starttls"],
] as const;

describe("mail over TLS", () => {
  it.each(kinds)(
    "from %s arrives encrypted, name and password too, where the authority is given",
    async (from, security) => {
      const server = await smtp(from);
      expect(await sendTrusting(at(server.port, security))).toEqual({ ok: true });
      expect(server.received.map(({ to, isEncrypted }) => [to, isEncrypted])).toEqual([[["a@example.edu"], true]]);
    },
  );

  it.each(kinds)(
    "from %s is refused, and says why, where the certificate is trusted by nobody",
    async (from, security) => {
      for (const certified of [trusted, makeCertificate("smtp.example.edu", { ip: IP })]) {
        const server = await smtp(from, certified);
        const sent = await sendLetter(at(server.port, security), "a@example.edu", letter);
        expect(sent).toMatchObject({ ok: false, kind: "away", fault: "certificate" });
        expect(sent).toMatchObject({ error: expect.stringMatching(/self-signed certificate|unable to verify/) });
        expect(server.received).toEqual([]);
      }
    },
  );

  it.each(kinds)("from %s is refused where it is another's certificate, or an old one", async (from, security) => {
    for (const [certified, why] of [
      [makeCertificate("elsewhere.example.edu", { issuer: authority }), /altnames/],
      [makeCertificate("smtp.example.edu", { ip: IP, issuer: authority, expired: true }), /expired/],
    ] as const) {
      const server = await smtp(from, certified);
      const sent = await sendTrusting(at(server.port, security));
      expect(sent).toMatchObject({ ok: false, kind: "away", fault: "certificate", error: expect.stringMatching(why) });
      expect(server.received).toEqual([]);
    }
  });

  it("is not done without where somebody on the way takes STARTTLS out of what the server says", async () => {
    const server = await smtp(null);
    const sent = await sendLetter(at(server.port, "starttls"), "a@example.edu", letter);
    expect(sent).toMatchObject({ ok: false, kind: "away", fault: "starttls", error: expect.stringContaining("502") });
    expect(JSON.stringify(sent)).not.toContain("s3cret-word");
    expect(server.received).toEqual([]);
  });

  it("is nothing where the server speaks plainly from the first byte", async () => {
    const server = await smtp(null);
    expect(await sendLetter(at(server.port, "tls"), "a@example.edu", letter)).toMatchObject({
      ok: false,
      kind: "away",
    });
    expect(server.received).toEqual([]);
  });
});
