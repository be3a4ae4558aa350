import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { Suspense } from "react";
import { Page } from "#components/shell/page.tsx";
import { Dot } from "#components/ui/badge.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { Empty } from "#components/ui/empty.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { HomeAnnouncements } from "#features/announcements/components/banners.tsx";
import { CreditLanes } from "#features/balance/components/credit-lanes.tsx";
import { getOwnBalance } from "#features/balance/queries.ts";
import { FirstQuestions } from "#features/home/components/first-questions.tsx";
import { ModelNotices } from "#features/home/components/model-notices.tsx";
import { OwnCourses } from "#features/home/components/own-courses.tsx";
import { QuickStart } from "#features/home/components/quick-start.tsx";
import { StandingNotice } from "#features/home/components/standing-notice.tsx";
import { FirstRequestPanel } from "#features/keys/components/first-request-panel.tsx";
import { CreateKeyButton, KeyDesk } from "#features/keys/components/key-desk.tsx";
import { getKeyChoices, getOwnGroups, getOwnKeys } from "#features/keys/queries.ts";
import { TodayPanel } from "#features/usage/components/today-panel.tsx";
import { ClientMessages } from "#i18n/client-messages.tsx";
import { getFormat, getFormatSettings } from "#i18n/server-format.ts";
import { requireReader } from "#server/session.ts";

/** A key that was never used is waited for as long as its maker is likely to be at it. */
const freshMs = 24 * 3_600_000;

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("home");
  return { title: translate("title") };
}

export default async function HomePage() {
  const user = await requireReader();
  // An auditor has no key and no balance to begin with.
  if (user.role === "auditor") redirect("/courses");
  const [translate, format, { now }, balance, keys, groups, choices] = await Promise.all([
    getTranslations("home"),
    getFormat(),
    getFormatSettings(),
    getOwnBalance(user.id),
    getOwnKeys(user.id),
    getOwnGroups(user.id),
    getKeyChoices(user.id),
  ]);
  const waiting = keys.find(
    (key) => key.lastUsedAt === null && key.status === "active" && now.getTime() - key.createdAt.getTime() < freshMs,
  );
  const facts = (
    <>
      {groups.map((group) => group.name).join(translate("listComma"))}
      <Dot />
      <span className="nowrap">{format.dateWithWeekday(now)}</span>
    </>
  );
  return (
    <ClientMessages nouns={["keys", "limits", "snippets"]}>
      <KeyDesk choices={choices}>
        <Page
          title={translate("title")}
          facts={facts}
          actions={keys.length > 0 ? <CreateKeyButton primary /> : undefined}
        >
          <HomeAnnouncements userId={user.id} />
          <ModelNotices userId={user.id} />
          <StandingNotice user={user} balance={balance} />
          <div className="home">
            <div>
              <section aria-labelledby="h-balance">
                <div className="row between wrap items-end">
                  <div>
                    <h2 id="h-balance" className="small muted font-normal">
                      {translate("available")}
                    </h2>
                    <div className="balance">{format.money(balance.availableNanos)}</div>
                  </div>
                  <ButtonLink size="sm" href="/balance">
                    {translate("toLedger")}
                  </ButtonLink>
                </div>
                <CreditLanes credits={balance.credits} figure={1} />
              </section>
              {keys.length === 0 && (
                <section className="section first-key">
                  <Empty action={<CreateKeyButton primary />}>{translate("noKeys")}</Empty>
                </section>
              )}
              <Suspense fallback={<Skeleton rows={2} className="section" />}>
                <OwnCourses userId={user.id} />
              </Suspense>
              <FirstQuestions userId={user.id} />
              <QuickStart userId={user.id} />
            </div>
            <div className="stack gap-5">
              {waiting && (
                <FirstRequestPanel
                  key={waiting.id}
                  keyId={waiting.id}
                  name={waiting.name}
                  shown={`${waiting.prefix}…${waiting.lastFour}`}
                  made={format.dateTime(waiting.createdAt)}
                />
              )}
              <Suspense fallback={<Skeleton rows={8} className="panel" />}>
                <TodayPanel userId={user.id} figure={balance.credits.length > 0 ? 2 : 1} />
              </Suspense>
            </div>
          </div>
        </Page>
      </KeyDesk>
    </ClientMessages>
  );
}
