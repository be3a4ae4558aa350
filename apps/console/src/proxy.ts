import { randomBytes } from "node:crypto";
import { type NextRequest, NextResponse } from "next/server";
import { deviceCookie, isSessionCookie } from "./server/cookies.ts";
import { isDevelopment } from "./server/env.ts";
import { isPublicPath, pathHeader, stepTo } from "./server/public-paths.ts";

const deviceSeconds = 400 * 24 * 3600;

function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDevelopment ? " 'unsafe-eval'" : ""}`,
    // The development server adds styles from scripts, without a nonce.
    isDevelopment ? "style-src 'self' 'unsafe-inline'" : `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** The address as the browser knows it: our server names it in x-forwarded-*. */
function publicUrl(path: string, request: NextRequest): URL {
  const host = request.headers.get("x-forwarded-host") ?? request.headers.get("host") ?? request.nextUrl.host;
  const protocol = request.headers.get("x-forwarded-proto") ?? request.nextUrl.protocol.replace(":", "");
  return new URL(path, `${protocol}://${host}`);
}

/**
 * Sets the content policy with a fresh nonce, gives the browser a device cookie, and leads the signed-out to /sign-in.
 * That is a courtesy only: pages, actions and queries each ask who is there.
 */
export function proxy(request: NextRequest): NextResponse {
  const secure = request.headers.get("x-forwarded-proto") === "https";
  const response =
    isPublicPath(request.nextUrl.pathname) || hasSessionCookie(request) ? page(request) : toSignIn(request);
  if (!request.cookies.has(deviceCookie)) {
    const value = randomBytes(16).toString("hex");
    response.cookies.set(deviceCookie, value, {
      httpOnly: true,
      sameSite: "lax",
      path: "/",
      maxAge: deviceSeconds,
      secure,
    });
  }
  response.headers.set("x-content-type-options", "nosniff");
  response.headers.set("referrer-policy", "same-origin");
  return response;
}

function hasSessionCookie(request: NextRequest): boolean {
  return request.cookies.getAll().some((cookie) => isSessionCookie(cookie.name));
}

function page(request: NextRequest): NextResponse {
  const nonce = randomBytes(16).toString("base64");
  const policy = contentSecurityPolicy(nonce);
  const headers = new Headers(request.headers);
  headers.set("content-security-policy", policy); // Next takes the nonce for its own scripts from here
  headers.set("x-nonce", nonce);
  headers.set(pathHeader, pathOf(request));
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  return response;
}

function toSignIn(request: NextRequest): NextResponse {
  return NextResponse.redirect(publicUrl(stepTo("/sign-in", pathOf(request)), request), 303);
}

/** Where one was going, to be led back there later; what is sent to an address is no place to go to. */
function pathOf({ method, nextUrl }: NextRequest): string {
  return method === "GET" ? nextUrl.pathname + nextUrl.search : "/";
}

export const config = {
  // A worker goes by the policy that its own file brings: see features/playground/heic.
  matcher: ["/((?!_next/static|_next/image|favicon.ico|icon.svg|robots.txt|playground/heic/).*)"],
};
