import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { ButtonLink } from "./button.tsx";

/** Detail beside the page: pushes it at ≥ 1100 px, covers it below. It is an address; `closeHref` is the page without it. */
export function Sheet({
  title,
  facts,
  closeHref,
  foot,
  children,
}: {
  title: ReactNode;
  facts?: ReactNode;
  closeHref: string;
  foot?: ReactNode;
  children: ReactNode;
}) {
  const translate = useTranslations("ui");
  return (
    <aside className="sheet" aria-labelledby="sheet-title">
      <div className="sheet-head">
        <div>
          <h2 id="sheet-title">{title}</h2>
          {facts && <p className="muted small">{facts}</p>}
        </div>
        <ButtonLink
          variant="ghost"
          size="sm"
          icon
          href={closeHref}
          scroll={false}
          aria-label={translate("close")}
          title={translate("close")}
        >
          <X className="icon" />
        </ButtonLink>
      </div>
      <section
        className="sheet-body"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-labelledby="sheet-title"
      >
        {children}
      </section>
      {foot && <div className="sheet-foot">{foot}</div>}
    </aside>
  );
}
