import { listVoucherBatches } from "@lyceum/db";
import { formatAmount } from "@lyceum/domain";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Empty } from "#components/ui/empty.tsx";
import { Pagination } from "#components/ui/pagination.tsx";
import { CoursePage } from "#features/courses/components/course-page.tsx";
import { PoolFacts } from "#features/courses/components/pool-facts.tsx";
import type { SearchParams } from "#features/courses/filter.ts";
import { mayAct, orMissing, requireCourse } from "#features/courses/queries.ts";
import { BatchSheet } from "#features/vouchers/components/batch-sheet.tsx";
import { BatchesTable } from "#features/vouchers/components/batches-table.tsx";
import { VoucherDesk } from "#features/vouchers/components/voucher-desk.tsx";
import { proposedDays, readBatchView } from "#features/vouchers/view.ts";
import { ClientMessages } from "#i18n/client-messages.tsx";
import { getFormat, getFormatSettings } from "#i18n/server-format.ts";
import { getDb } from "#server/db.ts";

interface Props {
  params: Promise<{ courseId: string }>;
  searchParams: Promise<SearchParams>;
}

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("courses");
  return { title: translate("tab.vouchers") };
}

/** A course's vouchers: what was made, who redeemed, and what is still set aside for them. */
export default async function CourseVouchersPage({ params, searchParams }: Props) {
  const { actor, course } = await requireCourse((await params).courseId, "see");
  const { page, batch } = readBatchView(await searchParams);
  const [batches, translate, format, { now }] = await Promise.all([
    orMissing(listVoucherBatches(getDb(), actor, course.id, { page, pageSize: 50 })),
    getTranslations("vouchers"),
    getFormat(),
    getFormatSettings(),
  ]);
  const path = `/courses/${course.id}/vouchers`;
  const isOpen = course.archivedAt === null && !course.hasEnded && mayAct(course, "fund");
  const { defaultAmountNanos } = course.settings;
  return (
    <ClientMessages nouns={["vouchers"]}>
      <CoursePage
        course={course}
        tab="vouchers"
        sheet={
          batch && <BatchSheet actor={actor} courseId={course.id} batchId={batch} closeHref={path} canRevoke={isOpen} />
        }
      >
        <PoolFacts course={course} />
        {isOpen && (
          <VoucherDesk
            pool={{
              ...{ courseId: course.id, availableNanos: course.numbers?.availableNanos ?? 0n },
              proposed: defaultAmountNanos === null ? "" : formatAmount(defaultAmountNanos),
              lastDay: format.isoDay(course.endsAt),
            }}
            days={proposedDays(now, course.endsAt, format.isoDay)}
          />
        )}
        {batches.total === 0 ? (
          <Empty>{translate("noneOfCourse")}</Empty>
        ) : (
          <div className="mt-6">
            <BatchesTable rows={batches.rows} hrefOf={(id) => `${path}?batch=${id}`} openId={batch} />
            <Pagination {...batches} href={(to) => `${path}?page=${to}`} />
          </div>
        )}
      </CoursePage>
    </ClientMessages>
  );
}
