import { storableText } from "@lyceum/domain";

/** Which page of a list: `page` counts from 1. */
export type PageRequest = { readonly page?: number | undefined; readonly pageSize?: number | undefined };

export type Page<Row> = {
  readonly rows: Row[];
  /** Rows on all pages. */
  readonly total: number;
  readonly page: number;
  readonly pageSize: number;
};

const DEFAULT_PAGE_SIZE = 50;
const MAX_PAGE_SIZE = 200;

/** The page asked for, within bounds, and the rows to skip before it. */
export function pageBounds(request: PageRequest): { page: number; pageSize: number; offset: number } {
  const pageSize = Math.min(MAX_PAGE_SIZE, Math.max(1, Math.trunc(request.pageSize ?? DEFAULT_PAGE_SIZE)));
  const page = Math.min(1_000_000, Math.max(1, Math.trunc(request.page ?? 1)));
  return { page, pageSize, offset: (page - 1) * pageSize };
}

/** A text for `ilike`: what the person typed, anywhere, with % and _ meaning themselves. */
export function likePattern(search: string): string {
  return `%${storableText(search)
    .trim()
    .replace(/[\\%_]/g, "\\$&")}%`;
}
