import type { KeyRow } from "@lyceum/db";
import { getTranslations } from "next-intl/server";
import { Status } from "#components/ui/status.tsx";
import { getFormat } from "#i18n/server-format.ts";
import { KeySwitch } from "./key-switch.tsx";

/** Keys by name and visible prefix; an admin may stop one, never read it. */
export async function PersonKeys({ userId, keys }: { userId: string; keys: KeyRow[] }) {
  const [translate, format] = await Promise.all([getTranslations("users"), getFormat()]);
  return (
    <section className="stack">
      <h3>{translate("keys")}</h3>
      {keys.length === 0 && <p className="muted small">{translate("noKeys")}</p>}
      <ul className="grid">
        {keys.map((key) => (
          <li key={key.id} className="row between border-t border-line py-2 first:border-t-0">
            <span className="min-w-0 text-sm">
              <span className="row wrap">
                <span className="medium">{key.name}</span>
                <Status kind={key.status === "active" && !key.isExpired ? "ok" : "off"}>
                  {translate(key.isExpired ? "expired" : key.status)}
                </Status>
              </span>
              <span className="block muted">
                <code>
                  {key.prefix}…{key.lastFour}
                </code>{" "}
                {key.lastUsedAt ? format.relative(key.lastUsedAt) : translate("neverUsed")}
              </span>
            </span>
            <KeySwitch userId={userId} keyId={key.id} name={key.name} disabled={key.status === "disabled"} />
          </li>
        ))}
      </ul>
    </section>
  );
}
