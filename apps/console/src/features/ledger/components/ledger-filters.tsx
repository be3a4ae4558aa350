import { getTranslations } from "next-intl/server";
import { AddressForm } from "#components/ui/address-form.tsx";
import { Button } from "#components/ui/button.tsx";
import { ChipLink } from "#components/ui/link-choices.tsx";
import { SearchForm } from "#components/ui/search-form.tsx";
import { entryKinds, type LedgerView, ledgerHref } from "../filter.ts";

/** Person, kind and days, as addresses. */
export async function LedgerFilters({ view }: { view: LedgerView }) {
  const [translate, words] = await Promise.all([getTranslations("ledger"), getTranslations("balance")]);
  const { search, kind, from, to } = view;
  return (
    <div className="mb-3 grid gap-3">
      <div className="row wrap gap-3">
        <SearchForm path="/admin/ledger" value={search} label={translate("search")} keep={{ kind, from, to }} />
        <AddressForm action="/admin/ledger" scroll={false} className="row wrap gap-3">
          {search && <input type="hidden" name="q" value={search} />}
          {kind && <input type="hidden" name="kind" value={kind} />}
          <Day name="from" label={translate("from")} value={from} />
          <Day name="to" label={translate("to")} value={to} />
          <Button type="submit">{translate("show")}</Button>
        </AddressForm>
      </div>
      <nav className="scroller" aria-label={translate("filters")}>
        <ChipLink href={ledgerHref(view, { kind: undefined })} current={!kind}>
          {translate("all")}
        </ChipLink>
        {entryKinds.map((each) => (
          <ChipLink
            key={each}
            href={ledgerHref(view, { kind: kind === each ? undefined : each })}
            current={kind === each}
          >
            {words(`entry_${each}`)}
          </ChipLink>
        ))}
      </nav>
    </div>
  );
}

/** Keyed, because an uncontrolled field would keep the old day when the address changes. */
function Day({ name, label, value }: { name: string; label: string; value: string }) {
  return (
    <label className="row gap-2 nowrap">
      <span className="muted">{label}</span>
      <span className="input">
        <input key={value} type="date" name={name} defaultValue={value} />
      </span>
    </label>
  );
}
