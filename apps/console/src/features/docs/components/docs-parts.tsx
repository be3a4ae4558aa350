import { useTranslations } from "next-intl";
import { Link } from "#components/ui/link.tsx";
import { answerHeaders, clientAddresses } from "../sections.ts";

/** Which base address each client takes: where most goes wrong. */
export function AddressList({ origin }: { origin: string }) {
  const translate = useTranslations("docs");
  return (
    <dl className="docs-list docs-addresses">
      {clientAddresses.map(({ client, path, key }) => (
        <div key={client}>
          <dt>{client}</dt>
          <dd>
            <code>{origin + path}</code>
          </dd>
          <dd className="muted">
            {translate("keyIn")} <code>{key}</code>
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** What the headers of an answer say. */
export function HeaderList() {
  const translate = useTranslations("docs");
  return (
    <dl className="docs-list">
      {answerHeaders.map(([header, word]) => (
        <div key={header}>
          <dt>
            <code>{header}</code>
          </dt>
          <dd>{translate(word)}</dd>
        </div>
      ))}
    </dl>
  );
}

const notes = ["claude", "codex", "gemini", "aider", "langchain", "desktop", "refused"] as const;

/** What matters about single clients, as docs/clients.md has it. */
export function ClientNotes() {
  const translate = useTranslations("docs");
  return (
    <ul className="docs-points">
      {notes.map((note) => (
        <li key={note}>
          {translate.rich(`note_${note}`, {
            b: (words) => <b>{words}</b>,
            code: (words) => <code>{words}</code>,
            keys: (words) => <Link href="/keys">{words}</Link>,
          })}
        </li>
      ))}
    </ul>
  );
}

/** How money works, in ten lines. */
export function MoneyLines() {
  const translate = useTranslations("docs");
  const lines = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"] as const;
  return (
    <ol className="docs-points docs-numbered">
      {lines.map((line) => (
        <li key={line}>
          {translate.rich(`money_${line}`, {
            usage: (words) => <Link href="/usage">{words}</Link>,
            balance: (words) => <Link href="/balance">{words}</Link>,
          })}
        </li>
      ))}
    </ol>
  );
}
