import { Tokenizer, type Tokens } from "marked";
import { maskPipes } from "./tex-tokens.ts";

const cjk = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
const punctuation = /[\p{P}\p{S}]/u;
const afterUrl = /[\u3000-\u303f\uff00-\uffef\u2018-\u201d\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;

/**
 * The rules of GFM with four differences: emphasis closes beside Chinese punctuation (`**注意。**然后`), a single tilde is a
 * range and not a strike (20~25°C), HTML is text (only `<br>` breaks the line), and an address ends where Chinese begins.
 */
export class ChatTokenizer extends Tokenizer {
  override html(): undefined {
    return undefined;
  }

  override tag(source: string): Tokens.Tag | undefined {
    const match = /^<br\s*\/?>/i.exec(source);
    // The lexer asks for a tag; what it gets is the break that the tag means.
    return match ? ({ type: "br", raw: match[0] } as unknown as Tokens.Tag) : undefined;
  }

  override del(source: string, masked: string, before?: string): Tokens.Del | undefined {
    return source.startsWith("~~") ? super.del(source, masked, before) : undefined;
  }

  override emStrong(source: string, masked: string, before = ""): Tokens.Em | Tokens.Strong | undefined {
    return this.#besideCjk(source, masked, before) ?? super.emStrong(source, masked, before);
  }

  override url(source: string): Tokens.Link | undefined {
    const link = super.url(source);
    const cut = link ? link.raw.search(afterUrl) : -1;
    if (!link || cut < 0) return link;
    const raw = link.raw.slice(0, cut);
    if (!/^(https?:\/\/|www\.).*\w/.test(raw)) return undefined;
    const href = raw.startsWith("www.") ? `http://${raw}` : raw;
    return { ...link, raw, text: raw, href, tokens: [{ type: "text", raw, text: raw, escaped: true }] };
  }

  override table(source: string): Tokens.Table | undefined {
    const end = source.search(/\n[ \t]*\n/);
    const head = end < 0 ? source : source.slice(0, end);
    return super.table(maskPipes(head) + source.slice(head.length));
  }

  /**
   * CommonMark wants a space between a closing `**` after punctuation and a letter. Chinese has no spaces, so there the
   * nearest closer counts; all other emphasis is left to the rules.
   */
  #besideCjk(source: string, masked: string, before: string): Tokens.Em | Tokens.Strong | undefined {
    const window = masked.slice(masked.length - source.length);
    const match = /^(\*{1,2})(?![\s*])((?:[^*]|\*\*[^*]+\*\*)*?[^\s*])\1(?!\*)/.exec(window);
    if (!match || before === "*") return undefined;
    const [whole, marks = "", inner = ""] = match;
    const after = [...source.slice(whole.length, whole.length + 2)][0] ?? "";
    const opensHard = cjk.test(before) && punctuation.test(inner[0] ?? "");
    const closesHard = cjk.test(after) && punctuation.test(inner.at(-1) ?? "");
    if (!opensHard && !closesHard) return undefined;
    const text = source.slice(marks.length, whole.length - marks.length);
    return {
      type: marks.length === 2 ? "strong" : "em",
      raw: source.slice(0, whole.length),
      text,
      tokens: this.lexer.inlineTokens(text),
    };
  }
}
