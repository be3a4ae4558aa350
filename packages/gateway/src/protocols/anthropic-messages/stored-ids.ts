import { isRecord } from "../../json/is-record.ts";
import { invalid } from "../../json/plain-fields.ts";

/**
 * Files are stored upstream under a credential that everybody shares: no id of one is taken, on whatever route (case 27). A body that doesn't
 * say `file_id` isn't looked at further.
 */
export function refuseStoredFiles(body: Buffer): void {
  if (!body.includes("file_id") && !body.includes("\\u00")) return;
  const value: unknown = JSON.parse(body.toString("utf8"));
  if (isRecord(value)) look(value.messages, "messages");
}

function look(value: unknown, path: string): void {
  if (Array.isArray(value)) {
    for (const [index, each] of value.entries()) look(each, `${path}[${index}]`);
    return;
  }
  if (!isRecord(value)) return;
  const isFile = value.type === "file" || value.type === "container_upload";
  if (isFile && typeof value.file_id === "string") {
    throw invalid(
      `${path}.file_id`,
      "不支持引用存放在上游的文件，请直接附上内容。",
      "files stored at an upstream can't be referred to; send the contents themselves.",
    );
  }
  for (const [key, each] of Object.entries(value)) {
    // What a model wrote to a tool may say file_id for its own reasons.
    if (key !== "input" && key !== "citations") look(each, `${path}.${key}`);
  }
}
