import { School } from "lucide-react";
import { getLocale, getTranslations } from "next-intl/server";
import { buttonClass } from "#components/ui/button.tsx";
import { CAMPUS_PATH } from "../cookies.ts";

interface CampusButtonProps {
  label: { zh: string; en: string };
  next?: string;
  /** A form for a password follows. */
  orPassword: boolean;
}

/** The way in through the campus's own sign-in. */
export async function CampusButton({ label, next = "/", orPassword }: CampusButtonProps) {
  const [locale, translate] = await Promise.all([getLocale(), getTranslations("campus")]);
  const query = next === "/" ? "" : `?${new URLSearchParams({ next })}`;
  return (
    <>
      {/* No Link: Next would fetch it beforehand, and so begin. */}
      <a className={buttonClass({ variant: "primary", block: true })} href={`${CAMPUS_PATH}/begin${query}`}>
        <School className="icon" />
        {locale === "en" ? label.en : label.zh}
      </a>
      {orPassword && <p className="door-or muted small">{translate("orPassword")}</p>}
    </>
  );
}
