import { useTranslations } from "next-intl";
import { AddressForm } from "#components/ui/address-form.tsx";
import { Button } from "#components/ui/button.tsx";

/** A day as an address: the sheet then shows how it stood at its end. */
export function AsOfForm({ path, day, keep }: { path: string; day: string; keep: Record<string, string | undefined> }) {
  const translate = useTranslations("courses");
  return (
    <AddressForm action={path} scroll={false} className="row wrap">
      {Object.entries(keep).map(([name, kept]) =>
        kept ? <input key={name} type="hidden" name={name} value={kept} /> : null,
      )}
      <span className="input">
        <input key={day} type="date" name="at" defaultValue={day} aria-label={translate("asOfDay")} required />
      </span>
      <Button type="submit" size="sm">
        {translate("show")}
      </Button>
    </AddressForm>
  );
}
