import { getTranslations } from "next-intl/server";
import { ButtonLink } from "#components/ui/button.tsx";
import { Sheet } from "#components/ui/sheet.tsx";
import { getFormat } from "#i18n/server-format.ts";

/** In place of the receipt of a request that was dropped after its retention: what became of it, and where its charge still stands. */
export async function DroppedReceipt({ keptSince, closeHref }: { keptSince: Date; closeHref: string }) {
  const [translate, format] = await Promise.all([getTranslations("usage"), getFormat()]);
  return (
    <Sheet title={translate("droppedTitle")} closeHref={closeHref}>
      <p>{translate("droppedReceipt", { day: format.date(keptSince) })}</p>
      <p className="mt-3">
        <ButtonLink href="/balance">{translate("toStatement")}</ButtonLink>
      </p>
    </Sheet>
  );
}
