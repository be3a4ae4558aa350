import type { RosterImportRow } from "@lyceum/db";
import { getTranslations } from "next-intl/server";
import { Empty } from "#components/ui/empty.tsx";
import { Head, Table } from "#components/ui/table.tsx";
import { getFormat } from "#i18n/server-format.ts";
import { UndoButton } from "./undo-button.tsx";

/** The imports of a course, newest first; the last can be taken back for a day. */
export async function ImportList({ courseId, imports }: { courseId: string; imports: readonly RosterImportRow[] }) {
  const [translate, format] = await Promise.all([getTranslations("roster"), getFormat()]);
  if (imports.length === 0) return <Empty>{translate("noImports")}</Empty>;
  return (
    <Table label={translate("imports")}>
      <thead>
        <tr>
          <Head>{translate("when")}</Head>
          <Head>{translate("who")}</Head>
          <Head>{translate("file")}</Head>
          <Head numeric>{translate("kind_new")}</Head>
          <Head numeric>{translate("kind_changed")}</Head>
          <Head numeric>{translate("kind_gone")}</Head>
          <Head />
        </tr>
      </thead>
      <tbody>
        {imports.map(({ id, at, actorName, fileName, added, changed, gone, undoneAt, canUndo }) => (
          <tr key={id}>
            <td className="nowrap">{format.dateTime(at)}</td>
            <td className="nowrap">{actorName}</td>
            <td className="min-w-32 wrap-anywhere">{fileName}</td>
            <td className="num">{added}</td>
            <td className="num">{changed}</td>
            <td className="num">{gone}</td>
            <td className="num">
              <a href={`/courses/${courseId}/import/${id}/receipt`} download={translate("receiptName")}>
                {translate("receiptShort")}
              </a>{" "}
              {undoneAt && <span className="muted">{translate("wasUndone")}</span>}
              {canUndo && (
                <UndoButton courseId={courseId} importId={id}>
                  {translate("undo")}
                </UndoButton>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
