import { getLocale } from "next-intl/server";
import { asJson, asMarkdown } from "#features/playground/export.ts";
import { wholeConversation } from "#features/playground/queries.ts";
import { readerTime } from "#features/playground/reader-time.ts";
import { idOf } from "#features/playground/route-words.ts";
import { findPerson } from "#server/session.ts";
import { getSettings } from "#server/settings.ts";

type Context = { params: Promise<{ conversationId: string }> };

/** The open branch of one of one's own conversations, to keep: `format` is markdown or json. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const user = await findPerson();
  if (user instanceof Response) return user;
  const id = idOf((await params).conversationId);
  const format = new URL(request.url).searchParams.get("format");
  const found = id === null ? null : await wholeConversation(user.id, id);
  if (found === null || (format !== "markdown" && format !== "json")) return new Response(null, { status: 404 });
  const { currency, timeZone } = await getSettings();
  const isJson = format === "json";
  const text = isJson
    ? asJson(found, found.turns, currency)
    : asMarkdown(found, found.turns, { locale: await getLocale(), timeZone });
  const begun = readerTime(timeZone)(found.createdAt).replace(" ", "T").replace(":", "");
  const name = `lyceum-${begun}.${isJson ? "json" : "md"}`;
  return new Response(text, {
    headers: {
      "content-type": isJson ? "application/json" : "text/markdown; charset=utf-8",
      "content-disposition": `attachment; filename="${name}"`,
      "cache-control": "private, no-store",
    },
  });
}
