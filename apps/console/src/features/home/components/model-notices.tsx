import { listModelNotices, type ModelNotice } from "@lyceum/db";
import { X } from "lucide-react";
import { cookies } from "next/headers";
import { getTranslations } from "next-intl/server";
import { Button } from "#components/ui/button.tsx";
import { Link } from "#components/ui/link.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { getModels } from "#features/square/queries.ts";
import type { Format } from "#i18n/format.ts";
import { getFormat } from "#i18n/server-format.ts";
import { dismissedCookie } from "#server/cookies.ts";
import { getDb } from "#server/db.ts";
import { dismissNotice } from "../dismiss-notice.ts";
import { readDismissed } from "../dismissed.ts";

/** Of more than so many at once a reader would see nothing else. */
const MOST = 3;

/** That a model which this person used within the day is away or will go, and which one to use instead. */
export async function ModelNotices({ userId }: { userId: string }) {
  const dismissed = readDismissed((await cookies()).get(dismissedCookie)?.value);
  const all = await listModelNotices(getDb(), userId, getModels);
  const notices = all.filter(({ id }) => !dismissed.includes(id)).slice(0, MOST);
  if (notices.length === 0) return null;
  const [translate, format] = await Promise.all([getTranslations("home"), getFormat()]);
  return (
    <section className="stack mb-5 gap-2" aria-label={translate("modelNotices")}>
      {notices.map((notice) => (
        <Notice
          key={notice.id}
          tone="warning"
          action={
            <form action={dismissNotice}>
              <input type="hidden" name="id" value={notice.id} />
              <Button
                type="submit"
                variant="ghost"
                size="sm"
                icon
                aria-label={translate("dismiss", { model: notice.modelName })}
                title={translate("dismissTitle")}
              >
                <X className="icon icon-sm" />
              </Button>
            </form>
          }
        >
          <Words notice={notice} translate={translate} format={format} />
        </Notice>
      ))}
    </section>
  );
}

function Words({
  notice: { kind, modelName: model, at, insteadName, isRedirected },
  translate,
  format,
}: {
  notice: ModelNotice;
  translate: Awaited<ReturnType<typeof getTranslations<"home">>>;
  format: Format;
}) {
  const when = at === null ? "" : kind === "retiring" ? format.date(at) : format.relative(at);
  return (
    <p>
      <b className="strong">{translate(`notice_${kind}`, { model, when })}</b>{" "}
      {insteadName !== null &&
        translate.rich(isRedirected ? (kind === "removed" ? "redirected" : "willRedirect") : "useInstead", {
          model: insteadName,
          link: (words) => <Link href={`/models?model=${encodeURIComponent(insteadName)}`}>{words}</Link>,
        })}
    </p>
  );
}
