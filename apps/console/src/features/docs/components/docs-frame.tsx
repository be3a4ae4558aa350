import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { Door } from "#components/shell/door.tsx";
import { Link } from "#components/ui/link.tsx";

interface DocsFrameProps {
  title: ReactNode;
  lead: ReactNode;
  here: "/docs" | "/docs/errors";
  signedIn: boolean;
  children: ReactNode;
}

/** The frame of the documentation, for whoever reads it, signed in or not. */
export async function DocsFrame({ title, lead, here, signedIn, children }: DocsFrameProps) {
  const translate = await getTranslations("docs");
  const pages = [
    ["/docs", translate("title")],
    ["/docs/errors", translate("errorsTitle")],
  ] as const;
  return (
    <Door wide>
      <nav className="docs-nav" aria-label={translate("pages")}>
        {pages.map(([href, label]) => (
          <Link key={href} href={href} aria-current={href === here ? "page" : undefined}>
            {label}
          </Link>
        ))}
        <Link className="ml-auto" href={signedIn ? "/" : "/sign-in"}>
          {translate(signedIn ? "toConsole" : "signIn")}
        </Link>
      </nav>
      <div>
        <h1>{title}</h1>
        <p className="muted small">{lead}</p>
      </div>
      {children}
      <p className="docs-foot muted small">
        {translate.rich("foundOne", { link: (words) => <Link href="/leaked">{words}</Link> })}
      </p>
    </Door>
  );
}

/** A part of the documentation that can be linked to. */
export function DocsSection({ id, title, children }: { id: string; title: ReactNode; children: ReactNode }) {
  return (
    <section className="docs-section" id={id} aria-labelledby={`h-${id}`}>
      <h2 id={`h-${id}`}>
        <a href={`#${id}`}>{title}</a>
      </h2>
      {children}
    </section>
  );
}
