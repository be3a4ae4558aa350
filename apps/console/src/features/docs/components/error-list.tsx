import { errorCodes, errorTable } from "@lyceum/domain";
import { useLocale, useTranslations } from "next-intl";
import { Dot } from "#components/ui/badge.tsx";
import { Link } from "#components/ui/link.tsx";
import { fixFor } from "#features/keys/first-refusal.ts";
import { plainSentence } from "../plain-sentence.ts";

/** Every code of the table, with its anchor: status, what it means, whose move it is, and what to do. */
export function ErrorList() {
  const translate = useTranslations("docs");
  const locale = useLocale();
  return (
    <ul className="errors">
      {errorCodes.map((code) => {
        const { status, retryable, move, ...sentences } = errorTable[code];
        const sentence = sentences[locale === "zh" ? "zh" : "en"];
        return (
          <li key={code} id={code}>
            <h2>
              <a href={`#${code}`}>
                <code>{code}</code>
              </a>
              <span className="muted small">
                {status}
                <Dot />
                {translate(`move_${move}`)}
                {retryable && (
                  <>
                    <Dot />
                    {translate("again")}
                  </>
                )}
              </span>
            </h2>
            <p>{plainSentence(sentence)}</p>
            <Advice code={code} move={move} />
          </li>
        );
      })}
    </ul>
  );
}

/** What to do: a page that mends it, or whom to ask, or to wait. */
function Advice({ code, move }: { code: (typeof errorCodes)[number]; move: "you" | "staff" | "wait" | "operator" }) {
  const translate = useTranslations("docs");
  const keys = useTranslations("keys");
  const { href, word } = fixFor(code);
  const isPage = word !== "fixExplain";
  // Where there is nothing but to change the request, the sentence has said it.
  if (move === "you" && !isPage) return null;
  return (
    <p className="small">
      {move !== "you" && <span className="muted">{translate(`do_${move}`)} </span>}
      {isPage && <Link href={href}>{keys(word)}</Link>}
    </p>
  );
}
