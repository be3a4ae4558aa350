import { useTranslations } from "next-intl";
import { ButtonLink } from "./button.tsx";

interface PaginationProps {
  /** Starting with 1. */
  page: number;
  pageSize: number;
  total: number;
  href: (page: number) => string;
}

/** Which rows of how many, with previous and next; nothing where all fit on one page. */
export function Pagination({ page, pageSize, total, href }: PaginationProps) {
  const translate = useTranslations("ui");
  const pages = Math.max(1, Math.ceil(total / pageSize));
  if (pages === 1) return null;
  const range = { from: (page - 1) * pageSize + 1, to: Math.min(total, page * pageSize), total };
  return (
    <nav className="pages" aria-label={translate("pagination")}>
      <span>{translate("range", range)}</span>
      <span className="end">
        {page > 1 && (
          <ButtonLink size="sm" href={href(page - 1)} rel="prev">
            {translate("previous")}
          </ButtonLink>
        )}
        {page < pages && (
          <ButtonLink size="sm" href={href(page + 1)} rel="next">
            {translate("next")}
          </ButtonLink>
        )}
      </span>
    </nav>
  );
}
