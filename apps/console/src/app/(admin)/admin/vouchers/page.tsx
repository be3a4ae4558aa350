import { listVoucherBatches } from "@lyceum/db";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Page } from "#components/shell/page.tsx";
import { Empty } from "#components/ui/empty.tsx";
import { Pagination } from "#components/ui/pagination.tsx";
import type { SearchParams } from "#features/courses/filter.ts";
import { BatchSheet } from "#features/vouchers/components/batch-sheet.tsx";
import { BatchesTable } from "#features/vouchers/components/batches-table.tsx";
import { VoucherDesk } from "#features/vouchers/components/voucher-desk.tsx";
import { proposedDays, readBatchView } from "#features/vouchers/view.ts";
import { ClientMessages } from "#i18n/client-messages.tsx";
import { getFormat, getFormatSettings } from "#i18n/server-format.ts";
import { getDb } from "#server/db.ts";
import { requireRole } from "#server/session.ts";

const PATH = "/admin/vouchers";

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("vouchers");
  return { title: translate("title") };
}

/** Vouchers of no course: paid by nobody, as a top-up is. */
export default async function VouchersPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireRole("admin", "auditor");
  const isAdmin = actor.role === "admin";
  const { page, batch } = readBatchView(await searchParams);
  const [batches, translate, format, { now }] = await Promise.all([
    listVoucherBatches(getDb(), actor, null, { page, pageSize: 50 }),
    getTranslations("vouchers"),
    getFormat(),
    getFormatSettings(),
  ]);
  return (
    <ClientMessages nouns={["vouchers"]}>
      <Page
        title={translate("title")}
        facts={translate("adminFacts")}
        sheet={
          batch && <BatchSheet actor={actor} courseId={null} batchId={batch} closeHref={PATH} canRevoke={isAdmin} />
        }
      >
        {isAdmin && <VoucherDesk pool={null} days={proposedDays(now, null, format.isoDay)} />}
        {batches.total === 0 ? (
          <Empty>{translate("none")}</Empty>
        ) : (
          <div className="mt-6">
            <BatchesTable rows={batches.rows} hrefOf={(id) => `${PATH}?batch=${id}`} openId={batch} />
            <Pagination {...batches} href={(to) => `${PATH}?page=${to}`} />
          </div>
        )}
      </Page>
    </ClientMessages>
  );
}
