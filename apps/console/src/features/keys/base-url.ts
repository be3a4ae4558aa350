import "server-only";
import { headers } from "next/headers";

/** The address that clients put in as base URL, as the browser knows this server; it ends in /v1. */
export async function getBaseUrl(): Promise<string> {
  const headerList = await headers();
  const host = headerList.get("x-forwarded-host") ?? headerList.get("host") ?? "localhost";
  const protocol = headerList.get("x-forwarded-proto") ?? "http";
  return `${protocol}://${host}/v1`;
}
