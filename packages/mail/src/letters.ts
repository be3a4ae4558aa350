import { type NoticeFacts, noticeWords } from "@lyceum/domain";

/** A mail, but for whom it is to: plain text, and the same as simple HTML. */
export type Letter = { readonly subject: string; readonly text: string; readonly html: string };

type Language = "zh" | "en";
/** The site as letters name it. `url`: without a path; "": nobody said, and no letter has a link. */
export type Site = {
  readonly name: Readonly<Record<Language, string>>;
  readonly url: string;
  readonly currency: string;
};
export type LetterNotice = { readonly kind: string; readonly detail: NoticeFacts; readonly href: string };

const words = {
  zh: {
    more: (count: number) => `（另有 ${count - 1} 条）`,
    settings: "在个人设置里可以关掉某类邮件。",
    open: "打开",
    test: ["测试邮件", "收到这封信，说明邮件已经可以发出。"],
    verify: "请确认你的邮件地址",
    verifyMeans: "打开下面的链接，之后的通知会发到这个地址。链接 24 小时内有效。不是你填的，忽略这封信即可。",
    colon: "：",
  },
  en: {
    more: (count: number) => ` (and ${count - 1} more)`,
    settings: "Your settings turn mails of a kind off.",
    open: "Open",
    test: ["A test", "This mail has come: mails can be sent."],
    verify: "Confirm your mail address",
    verifyMeans:
      "Open the link below, and notices will come to this address. It works for 24 hours. If you did not ask for it, leave this mail alone.",
    colon: ": ",
  },
} as const;

/** Notices of one person, together in one letter. At least one. */
export function noticeLetter(notices: readonly LetterNotice[], language: Language, site: Site): Letter {
  const said = notices.map(({ kind, detail, href }) => ({
    ...noticeWords(kind, detail, language, site.currency),
    href,
  }));
  const w = words[language];
  const first = said[0]?.title ?? "";
  const subject = said.length > 1 ? first + w.more(said.length) : first;
  const parts = said.map(({ title, body, href }): Part => ({ title, body, link: linkTo(site, href) }));
  return letter(language, site, subject, [...parts, { title: "", body: w.settings, link: linkTo(site, "/settings") }]);
}

/** What an administrator sends to oneself. */
export function testLetter(language: Language, site: Site): Letter {
  const [subject, body] = words[language].test;
  return letter(language, site, subject, [{ title: "", body, link: linkTo(site, "/") }]);
}

/** To an address that somebody says is the own one; whoever opens the link signed in as that person proves it. */
export function verificationLetter(token: string, language: Language, site: Site): Letter {
  const w = words[language];
  const link = linkTo(site, `/settings/mail?token=${encodeURIComponent(token)}`);
  return letter(language, site, w.verify, [{ title: "", body: w.verifyMeans, link }]);
}

type Part = { readonly title: string; readonly body: string; readonly link: string | null };

function letter(language: Language, site: Site, subject: string, parts: readonly Part[]): Letter {
  const name = site.name[language];
  const text = parts.map(({ title, body, link }) => [title, body, link].filter(Boolean).join("\n")).join("\n\n");
  const html = parts
    .map(({ title, body, link }) => {
      const lines = [title === "" ? "" : `<b>${inHtml(title)}</b>`, inHtml(body)];
      const anchor = link === null ? "" : `<a href="${escaped(link)}">${words[language].open}</a>`;
      return `<p>${[...lines, anchor].filter((line) => line !== "").join("<br>")}</p>`;
    })
    .join("\n");
  return {
    subject: oneLine(`[${name}] ${subject}`),
    text: `${text}\n\n-- \n${name}\n`,
    html: `<!doctype html><html lang="${language === "zh" ? "zh-CN" : "en"}"><body style="font:15px/1.6 sans-serif">\n${html}\n<p style="color:#666">${escaped(name)}</p></body></html>\n`,
  };
}

function linkTo({ url }: Site, path: string): string | null {
  return url === "" ? null : url + path;
}

const MOST_LETTERS = 150;

/** A subject is one line, whatever somebody wrote into an announcement, and is not cut within a letter. */
function oneLine(text: string): string {
  return [...text.replace(/\s+/g, " ")].slice(0, MOST_LETTERS).join("");
}

function inHtml(text: string): string {
  return escaped(text).replaceAll("\n", "<br>");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
