import { readXml } from "./read-xml.ts";
import { broken, type Zip } from "./zip.ts";

export type Sheet = { readonly name: string; readonly part: string; readonly hidden: boolean };
export type Workbook = {
  readonly sheets: readonly Sheet[];
  readonly startsIn1904: boolean;
  readonly sharedStringsPart: string | null;
  readonly stylesPart: string | null;
};

type Relation = { readonly type: string; readonly part: string };

/** Which parts a workbook has and where. References out of the file are ignored. */
export function readWorkbook(zip: Zip): Workbook {
  const root = readRelations(zip, "_rels/.rels", "");
  const part = [...root.values()].find((relation) => relation.type === "officeDocument")?.part ?? "xl/workbook.xml";
  const folder = part.slice(0, part.lastIndexOf("/") + 1);
  const relations = readRelations(zip, `${folder}_rels/${part.slice(folder.length)}.rels`, folder);
  const sheets: Sheet[] = [];
  let startsIn1904 = false;
  readXml(zip, part, {
    open: (name, attribute) => {
      if (name === "workbookPr") startsIn1904 = /^(?:1|true)$/.test(attribute("date1904") ?? "");
      if (name !== "sheet") return;
      const relation = relations.get(attribute("id") ?? "");
      // Sheets may also be charts or dialogs.
      if (relation?.type !== "worksheet") return;
      sheets.push({
        name: attribute("name") ?? "",
        part: relation.part,
        hidden: (attribute("state") ?? "visible") !== "visible",
      });
      if (sheets.length > 1000) throw broken(part);
    },
  });
  const partOf = (type: string) => [...relations.values()].find((relation) => relation.type === type)?.part ?? null;
  return { sheets, startsIn1904, sharedStringsPart: partOf("sharedStrings"), stylesPart: partOf("styles") };
}

function readRelations(zip: Zip, part: string, folder: string): Map<string, Relation> {
  const relations = new Map<string, Relation>();
  if (!zip.entries.has(part)) return relations;
  readXml(zip, part, {
    open: (name, attribute) => {
      if (name !== "Relationship" || attribute("TargetMode") === "External") return;
      const target = attribute("Target") ?? "";
      const type = attribute("Type") ?? "";
      relations.set(attribute("Id") ?? "", {
        type: type.slice(type.lastIndexOf("/") + 1),
        part: target.startsWith("/") ? target.slice(1) : resolve(folder, target),
      });
      if (relations.size > 10_000) throw broken(part);
    },
  });
  return relations;
}

function resolve(folder: string, target: string): string {
  const steps: string[] = [];
  for (const step of `${folder}${target}`.split("/")) {
    if (step === "..") steps.pop();
    else if (step !== "." && step !== "") steps.push(step);
  }
  return steps.join("/");
}
