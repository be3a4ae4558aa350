import "server-only";
import { cookies, headers } from "next/headers";
import { deviceCookie } from "./cookies.ts";

/**
 * Who is at the other end, as far as sign-in delays and the audit trail care. The address comes from the header that
 * our own server sets: what it saw itself, or what the proxy saw that it was told to trust. x-forwarded-for begins with the client's own words.
 */
export async function getClient(): Promise<{ deviceId: string; ip: string }> {
  const [cookieStore, headerList] = await Promise.all([cookies(), headers()]);
  return {
    deviceId: cookieStore.get(deviceCookie)?.value ?? "",
    ip: headerList.get("x-real-ip")?.replace(/^::ffff:/, "") ?? "",
  };
}
