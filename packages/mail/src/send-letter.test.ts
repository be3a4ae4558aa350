import { afterEach, describe, expect, it } from "vitest";
import { noticeLetter, testLetter, verificationLetter } from "./letters.ts";
import { type MailServer, sendLetter } from "./send-letter.ts";
import { readable, type SmtpServer, startSmtpServer } from "./testing/smtp-server.ts";

const site = { name: { zh: "校园模型网关", en: "Campus models" }, url: "https://llm.example.edu", currency: "¥" };
const opened: SmtpServer[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

async function smtp(options?: Parameters<typeof startSmtpServer>[0]) {
  const server = await startSmtpServer(options);
  opened.push(server);
  return server;
}
const serverAt = (port: number, more: Partial<MailServer> = {}): MailServer => ({
  ...{
    host: "127.0.0.1",
    port,
    security: "none",
    username: "",
    password: null,
    fromAddress: "Lyceum <llm@example.edu>",
  },
  ...more,
});

const used = { kind: "balance-used", detail: { percent: 80, left: "4", of: "20" }, href: "/balance" };
const said = { kind: "announcement", detail: { zh: "一\n二 <b>", en: "one\ntwo <b>", by: "x" }, href: "/" };

describe("letters", () => {
  it("arrive as text and HTML in the person's language, with links to the site, several notices in one", async () => {
    const server = await smtp();
    expect(await sendLetter(serverAt(server.port), "a@example.edu", noticeLetter([used, said], "en", site))).toEqual({
      ok: true,
    });
    const [mail] = server.received;
    expect(mail?.to).toEqual(["a@example.edu"]);
    const text = readable(mail?.data ?? "");
    expect(text).toContain("80 % of the balance is used: ¥4.00 is left of ¥20.00\nhttps://llm.example.edu/balance");
    expect(text).toContain('<a href="https://llm.example.edu/balance">Open</a>');
    expect(text).toContain("two &lt;b&gt;");
    expect(mail?.data).toContain("multipart/alternative");
    expect(noticeLetter([used, said], "en", site).subject).toBe(
      "[Campus models] 80 % of the balance is used: ¥4.00 is left of ¥20.00 (and 1 more)",
    );
    expect(noticeLetter([said], "zh", site).subject).toBe("[校园模型网关] 一 二 <b>");
  });

  it("leave the words of an announcement in the subject as they were written, and cut it between letters", () => {
    const announced = (en: string) => ({ ...said, detail: { ...said.detail, en } });
    const subject = (notices: Parameters<typeof noticeLetter>[0]) => noticeLetter(notices, "en", site).subject;
    expect(subject([announced("停机（今晚）")])).toBe("[Campus models] 停机（今晚）");
    expect(subject([announced("停机（今晚）"), used])).toBe("[Campus models] 停机（今晚） (and 1 more)");
    expect(subject([announced(`x${"😀".repeat(200)}`)])).toBe(`[Campus models] x${"😀".repeat(133)}`);
  });

  it("have no link where nobody said where the site is", () => {
    const letter = noticeLetter([used], "zh", { ...site, url: "" });
    expect(letter.text + letter.html).not.toMatch(/href|http/);
    expect(verificationLetter("a/b", "zh", site).text).toContain("https://llm.example.edu/settings/mail?token=a%2Fb");
  });
});

describe("sendLetter", () => {
  it("signs in where the server asks for a name, and says who is refused without the password", async () => {
    const server = await smtp({ password: "s3cret-word" });
    const named = (password: string) => serverAt(server.port, { username: "llm", password });
    expect(await sendLetter(named("s3cret-word"), "a@example.edu", testLetter("zh", site))).toEqual({ ok: true });
    const refused = await sendLetter(named("wrong-word"), "a@example.edu", testLetter("zh", site));
    expect(refused).toMatchObject({ ok: false, kind: "away" });
    expect(JSON.stringify(refused)).not.toContain("wrong-word");
  });

  it("tells an address that is refused for good from one to try later, and both from a server that is away", async () => {
    const server = await smtp({
      answer: (command, argument) =>
        command === "RCPT"
          ? argument.includes("nobody")
            ? "550 no such user"
            : argument.includes("slow")
              ? "451 later"
              : null
          : null,
    });
    const kindOf = async (to: string, at = serverAt(server.port)) => {
      const sent = await sendLetter(at, to, testLetter("en", site));
      return sent.ok ? "ok" : sent.kind;
    };
    expect(await kindOf("nobody@example.edu")).toBe("never");
    expect(await kindOf("slow@example.edu")).toBe("later");
    expect(await kindOf("a@example.edu")).toBe("ok");
    // Plain where encryption is asked for: nothing is sent.
    expect(await kindOf("a@example.edu", serverAt(server.port, { security: "starttls" }))).toBe("away");
    expect(server.received).toHaveLength(1);
    await server.close();
    opened.length = 0;
    expect(await kindOf("a@example.edu")).toBe("away");
  });

  it.each(["530 sign in first", "550 this sender is not yours", "452 too many letters today"])(
    "takes a server that refuses the sender (%s) for away: every letter would meet that",
    async (line) => {
      const server = await smtp({ answer: (command) => (command === "MAIL" ? line : null) });
      const sent = await sendLetter(serverAt(server.port), "a@example.edu", testLetter("en", site));
      expect(sent).toMatchObject({ ok: false, kind: "away", error: expect.stringContaining(line) });
    },
  );
});
