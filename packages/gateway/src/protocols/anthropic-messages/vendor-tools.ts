import { isRecord } from "../../json/is-record.ts";
import { invalid } from "../../json/plain-fields.ts";
import type { Provider } from "../../providers/provider.ts";

/** Tools of Anthropic's that the client itself carries out (or that only look among the client's own): they cost tokens and nothing else. */
const harmless =
  /^(?:bash|text_editor|computer|computer_toolset|browser_toolset|memory)_\d{8}$|^tool_search_tool_(?:bm25|regex)(?:_\d{8})?$/;

/** The types of the tools in a request that are not the client's own functions, and where they stand. */
export function vendorTools(tools: unknown): { readonly type: string; readonly path: string }[] {
  if (!Array.isArray(tools)) return [];
  return tools.flatMap((tool: unknown, index) => {
    const type = isRecord(tool) ? tool.type : undefined;
    if (type === undefined || type === null || type === "custom") return [];
    return [{ type: String(type), path: `tools[${index}].type` }];
  });
}

/** Tools that Anthropic runs are billed on top of tokens (searches, containers): only a provider whose prices cover them may get them. */
export function refuseServerTools(tools: unknown, provider: Provider): void {
  for (const { type, path } of vendorTools(tools)) {
    const isAllowed = harmless.test(type) || provider.serverTools?.some((each) => type.startsWith(each)) === true;
    if (isAllowed) continue;
    throw invalid(
      path,
      `不支持由上游执行的工具 ${type}，它会另外计费。`,
      `the tool ${type}, which the upstream runs, is not supported: it is billed on top of tokens.`,
    );
  }
}

/** Another vendor's models don't know Anthropic's tools (case 14). */
export function refuseVendorTools(tools: unknown): void {
  const [first] = vendorTools(tools);
  if (first === undefined) return;
  throw invalid(
    first.path,
    `工具 ${first.type} 是 Anthropic 专有的，这个模型的上游不认识它。`,
    `the tool ${first.type} is Anthropic's own: the upstream of this model doesn't know it.`,
  );
}
