import type { NoticeRow } from "@lyceum/db";
import { noticeWords } from "@lyceum/domain";
import { getLocale } from "next-intl/server";
import { getFormat } from "#i18n/server-format.ts";
import { MarkButton } from "./mark-button.tsx";
import { NoticeLink } from "./notice-link.tsx";

/** What a person was told, each with its sentence, its time and its page. */
export async function NoticeItems({ rows }: { rows: readonly NoticeRow[] }) {
  const [locale, format] = await Promise.all([getLocale(), getFormat()]);
  return (
    <ul className="border-y-[1.5px] border-rule max-w-(--width-prose)">
      {rows.map(({ id, kind, detail, href, createdAt, readAt }) => {
        const { title, body } = noticeWords(kind, detail, locale, format.symbol);
        const isRead = readAt !== null;
        return (
          <li key={id} className="row items-start border-t border-line py-3 first:border-t-0">
            <span className="unread-dot" data-read={isRead ? "" : undefined} aria-hidden="true" />
            <span className="grid gap-0.5 grow min-w-0">
              <NoticeLink id={id} href={href} isRead={isRead}>
                <span className="announced">{title}</span>
              </NoticeLink>
              {body !== "" && <span className="announced small">{body}</span>}
              <time className="muted small" dateTime={createdAt.toISOString()} title={format.exact(createdAt)}>
                {format.relative(createdAt)}
              </time>
            </span>
            <MarkButton id={id} isRead={isRead} title={title} />
          </li>
        );
      })}
    </ul>
  );
}
