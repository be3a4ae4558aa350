import { Search } from "lucide-react";
import { AddressForm } from "#components/ui/address-form.tsx";

interface SearchFormProps {
  /** The list's address without its query. */
  path: string;
  /** What is searched for now; it becomes `?q=`. */
  value: string;
  label: string;
  /** Other filters that stay, by name. */
  keep?: Record<string, string | undefined>;
}

/** A search that is an address: Enter leads to the list with `?q=`, and the other filters stay. */
export function SearchForm({ path, value, label, keep = {} }: SearchFormProps) {
  return (
    <AddressForm action={path} scroll={false} role="search" className="grow min-w-44">
      {Object.entries(keep).map(([name, kept]) =>
        kept ? <input key={name} type="hidden" name={name} value={kept} /> : null,
      )}
      <label className="input w-full">
        <Search className="icon" aria-hidden="true" />
        {/* Keyed, because an uncontrolled field would keep the old text when the address changes. */}
        <input key={value} type="search" name="q" defaultValue={value} placeholder={label} aria-label={label} />
      </label>
    </AddressForm>
  );
}
