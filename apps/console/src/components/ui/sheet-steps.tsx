"use client";
import { ChevronDown, ChevronUp } from "lucide-react";
import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { ButtonLink } from "./button.tsx";

interface SheetStepsProps {
  /** The row above and below; null at the end of the list. */
  previous: string | null;
  next: string | null;
  closeHref: string;
  words: { previous: string; next: string };
}

/** Previous and next for a sheet beside a list; arrow keys step, Escape closes. */
export function SheetSteps({ previous, next, closeHref, words }: SheetStepsProps) {
  const router = useRouter();
  useEffect(() => {
    const step = (event: KeyboardEvent) => {
      const elsewhere =
        event.target instanceof Element &&
        event.target.closest("input, select, textarea, [role=tab], [role=group], pre");
      if (elsewhere || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
      const href = { ArrowUp: previous, ArrowDown: next, Escape: closeHref }[event.key];
      if (!href) return;
      event.preventDefault();
      router.push(href, { scroll: false });
    };
    document.addEventListener("keydown", step);
    return () => document.removeEventListener("keydown", step);
  }, [router, previous, next, closeHref]);
  return (
    <span className="row">
      {previous && (
        <ButtonLink
          variant="ghost"
          size="sm"
          icon
          href={previous}
          scroll={false}
          aria-label={words.previous}
          title={words.previous}
        >
          <ChevronUp className="icon" />
        </ButtonLink>
      )}
      {next && (
        <ButtonLink
          variant="ghost"
          size="sm"
          icon
          href={next}
          scroll={false}
          aria-label={words.next}
          title={words.next}
        >
          <ChevronDown className="icon" />
        </ButtonLink>
      )}
    </span>
  );
}
