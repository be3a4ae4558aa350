"use client";
import { useTranslations } from "next-intl";
import { Link } from "#components/ui/link.tsx";
import type { Fix } from "../first-request.ts";

/** The one thing to do about a refusal. In a tab of its own: this one shows a key that is shown once. */
export function FixLink({ fix: { href, word } }: { fix: Fix }) {
  const translate = useTranslations("keys");
  return (
    <Link className="underline underline-offset-3" href={href} target="_blank">
      {translate(word)}
    </Link>
  );
}
