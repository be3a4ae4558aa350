import { AppError } from "@lyceum/domain";
import { type Fields, invalid } from "../../json/plain-fields.ts";
import { toolTypes } from "../../json/tool-types.ts";
import type { Provider } from "../../providers/provider.ts";

/**
 * Fields by which servers of this protocol search the web or run add-ons on their side, billed apart from tokens: OpenAI, DashScope, OpenRouter,
 * xAI, Perplexity and Moonshot.
 */
export const PAID_APART: readonly string[] = [
  "web_search_options",
  "enable_search",
  "search_options",
  "search_parameters",
  "web_search",
  "plugins",
];
const OFF: ReadonlySet<string> = new Set(["null", "false", "{}", "[]"]);

/**
 * Refuses what an upstream of this protocol would do by itself and bill apart, unless the provider's prices cover it (case 14), and ids of files
 * that are stored under a credential that everybody shares (case 27, design section 4).
 */
export function refuseHosted(body: Buffer, fields: Fields, { serverTools }: Provider): void {
  const isCovered = (name: string) => serverTools?.some((each) => name.startsWith(each)) === true;
  for (const name of PAID_APART) {
    const member = fields.byName.get(name);
    // Switched off explicitly it may stay; `{}` switches the search of OpenAI on.
    if (member === undefined) continue;
    const isShort = member.valueEnd - member.valueStart <= 5;
    const value = isShort ? body.toString("latin1", member.valueStart, member.valueEnd) : "";
    const isOff = OFF.has(value) && !(name === "web_search_options" && value === "{}");
    if (!isOff && !isCovered(name)) throw billedApart(name);
  }
  for (const [index, type] of toolTypes(body, fields).entries()) {
    if (type === "function" || type === "custom" || type === "" || isCovered(type)) continue;
    throw billedApart(`tools[${index}].type`);
  }
  refuseStoredFiles(body, fields.object.tally.media);
}

/** A body that doesn't say `file_id`, nor spells one of its letters with an escape, isn't looked at further. */
function refuseStoredFiles(body: Buffer, media: readonly number[]): void {
  if (!mayName(body, media)) return;
  JSON.parse(body.toString("utf8"), (key, value: unknown) => {
    if (key !== "file" || typeof value !== "object" || value === null || !("file_id" in value)) return value;
    if (typeof value.file_id !== "string" || value.file_id === "") return value;
    throw new AppError("not_found", {
      parameters: {
        param: "file_id",
        hint_zh: "没有这个文件；存放在上游的文件不能经由网关使用，请用 file_data。",
        hint_en:
          "There is no such file: files stored at an upstream can't be used through the gateway. Send file_data.",
      },
    });
  });
}

/** In what stands around the media: these are values, so no name lies within them, and they are long. */
function mayName(body: Buffer, media: readonly number[]): boolean {
  for (let index = 0, from = 0; index <= media.length; index += 2) {
    const around = body.subarray(from, media[index] ?? body.length);
    if (around.includes("file_id")) return true;
    // Most bodies are done with here; a letter with an accent, which many clients escape, is neither of the two.
    if (around.includes("\\u00") && (around.includes("\\u006") || around.includes("\\u005"))) return true;
    from = media[index + 1] ?? 0;
  }
  return false;
}

function billedApart(field: string) {
  return invalid(
    field,
    `不支持 ${field}：由上游执行的工具和搜索会另外计费。`,
    `${field} is not supported: tools and searches that the upstream runs are billed apart from tokens.`,
  );
}
