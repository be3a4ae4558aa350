import { type Difference, differenceText, type Verification } from "@lyceum/ledger";
import { getTranslations } from "next-intl/server";
import { AdminLink } from "#components/shell/admin-link.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Head, Table } from "#components/ui/table.tsx";
import { getFormat } from "#i18n/server-format.ts";

interface LastVerificationProps {
  verification: Verification | null;
  /** Since when one runs. */
  running: Date | null;
}

/** When the books were last added up, by whom, and what was found. */
export async function LastVerification({ verification, running }: LastVerificationProps) {
  const [translate, format] = await Promise.all([getTranslations("ledger"), getFormat()]);
  const isRunning = running && (
    <Notice className="mb-3">{translate("running", { time: format.dateTime(running) })}</Notice>
  );
  if (verification === null) {
    return (
      <>
        {isRunning}
        <Notice tone="warning">{translate("never")}</Notice>
      </>
    );
  }
  const { differenceCount: count, differences, actorId, actorName } = verification;
  const automatic = actorName.replaceAll(" ", "-");
  const actor =
    actorId === null && (automatic === "nightly" || automatic === "command-line" || automatic === "system")
      ? translate(`by_${automatic}`)
      : actorName;
  return (
    <>
      {isRunning}
      <Notice tone={count === 0 ? "positive" : "danger"}>
        <b className="medium">{count === 0 ? translate("right") : translate("wrong", { count })}</b>
        <span className="block small" title={format.exact(verification.createdAt)}>
          {translate("lastFacts", {
            time: format.dateTime(verification.createdAt),
            actor,
            records: format.count(verification.usageRecords),
            duration: format.duration(verification.durationMs),
          })}
        </span>
      </Notice>
      {differences.length > 0 && <Differences differences={differences} more={count - differences.length} />}
    </>
  );
}

async function Differences({ differences, more }: { differences: Difference[]; more: number }) {
  const translate = await getTranslations("ledger");
  return (
    <div className="mt-4">
      <Table caption={translate("differencesCaption")} captionAbove>
        <thead>
          <tr>
            <Head>{translate("account")}</Head>
            <Head>{translate("subject")}</Head>
            <Head numeric>{translate("expected")}</Head>
            <Head numeric>{translate("found")}</Head>
          </tr>
        </thead>
        <tbody>
          {differences.map((each) => (
            <tr key={`${each.subject} ${each.subjectId}`}>
              <td className="nowrap">
                {each.userId === null ? (
                  <code>{each.accountId}</code>
                ) : (
                  <AdminLink href={`/admin/users?user=${each.userId}`}>{each.studentId}</AdminLink>
                )}
              </td>
              <td>
                <Subject name={each.subject} />
                {each.subjectId !== each.accountId && <code className="block muted tiny">{each.subjectId}</code>}
              </td>
              <td className="num">{differenceText(each.subject, each.expectedNanos)}</td>
              <td className="num">{differenceText(each.subject, each.foundNanos)}</td>
            </tr>
          ))}
        </tbody>
      </Table>
      {more > 0 && <p className="muted small">{translate("more", { count: more })}</p>}
    </div>
  );
}

/** What was compared, in words; what has none yet appears as the database calls it. */
async function Subject({ name }: { name: string }) {
  const translate = (await getTranslations("ledger.subjects")) as unknown as {
    (key: string): string;
    has(key: string): boolean;
  };
  const key = name.replaceAll(/[^a-z]+/g, "-");
  return translate.has(key) ? translate(key) : name;
}
