import NextAuth from "next-auth";
import { getAuthOptions } from "#server/auth.ts";

async function handler(request: Request, context: unknown): Promise<Response> {
  return NextAuth(getAuthOptions())(request, context) as Promise<Response>;
}

export { handler as GET, handler as POST };
