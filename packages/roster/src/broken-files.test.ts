import fc from "fast-check";
import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { matchColumns } from "./columns/match-columns.ts";
import { type Problem, sayProblem } from "./problems.ts";
import { readRoster } from "./read-roster.ts";
import { readRows } from "./rows/read-rows.ts";
import { sentences } from "./sentences.ts";
import { encodeGb18030, encodeUtf16, joinBytes, utf8 } from "./testing/encode-gb18030.ts";
import { makeXlsx } from "./testing/make-xlsx.ts";

const list = "学号,姓名\n1001,张三\n1002,李四\n";
const good = makeXlsx({
  sheets: [
    {
      name: "S",
      rows: [
        ["学号", "姓名"],
        ["1001", "张三"],
      ],
    },
  ],
});
const sheet = "xl/worksheets/sheet1.xml";
const withSheet = (xml: string) => makeXlsx({ sheets: [{ name: "S", rows: [] }], parts: { [sheet]: xml } });
const bytes = (...values: number[]) => Uint8Array.from(values);
const zipOf = (names: readonly string[]) =>
  Uint8Array.from(zipSync(Object.fromEntries(names.map((name) => [name, utf8("x")]))));
const compound = (stream: string) =>
  joinBytes(
    bytes(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1),
    new Uint8Array(504),
    encodeUtf16(stream, true, false),
  );

/** Changes one entry of the zip's directory. */
function tampered(change: (view: DataView, entry: number) => void): Uint8Array<ArrayBuffer> {
  const copy = good.slice();
  const view = new DataView(copy.buffer);
  const end = copy.length - 22;
  change(view, view.getUint32(end + 16, true));
  return copy;
}

/** Everything that is said of a file on its way to rows: "code", "code@row", "code@row.column". */
function said(file: Uint8Array): { places: string[]; problems: Problem[] } {
  const result = readRoster(file);
  const problems: Problem[] = [];
  if (!result.ok) problems.push(result.problem);
  else {
    const matched = matchColumns(result.table);
    const { rows } = readRows(result.table, matched);
    problems.push(...result.table.notes, ...matched.problems, ...rows.flatMap((row) => row.problems));
  }
  const place = ({ row, column }: Problem) =>
    (row === undefined ? "" : `@${row}`) + (column === undefined ? "" : `.${column}`);
  return { places: problems.map((one) => `${one.code}${place(one)}`), problems };
}

const files: readonly (readonly [name: string, file: Uint8Array, expected: readonly string[]])[] = [
  ["an empty file", bytes(), ["file_empty"]],
  ["only a byte order mark", bytes(0xef, 0xbb, 0xbf), ["file_blank"]],
  ["only a mark of UTF-16", bytes(0xff, 0xfe), ["file_blank"]],
  ["blanks and separators", utf8(" , ,\n\n,,\r\n"), ["file_blank"]],
  ["more than 10 MB", new Uint8Array(10_000_001).fill(49), ["file_too_large"]],
  ["old Excel", compound("Workbook"), ["kind_xls"]],
  ["a workbook with a password", compound("EncryptedPackage"), ["xlsx_password"]],
  ["old Word", compound("WordDocument"), ["kind_document"]],
  ["a binary workbook", zipOf(["[Content_Types].xml", "xl/workbook.bin"]), ["kind_xlsb"]],
  ["OpenDocument", zipOf(["mimetype", "content.xml"]), ["kind_ods"]],
  ["Numbers", zipOf(["Index/Document.iwa"]), ["kind_numbers"]],
  ["Word", zipOf(["[Content_Types].xml", "word/document.xml"]), ["kind_document"]],
  ["an archive of lists", zipOf(["list.csv"]), ["kind_archive"]],
  ["gzip", bytes(0x1f, 0x8b, 8, 0), ["kind_archive"]],
  ["PDF", utf8("%PDF-1.7\n"), ["kind_pdf"]],
  ["a picture", bytes(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10), ["kind_picture"]],
  ["a photograph of a telephone", joinBytes(bytes(0, 0, 0, 24), utf8("ftypheic")), ["kind_picture"]],
  ["HTML named .xls", utf8("\uFEFF  <html xmlns:x='urn'><table><tr><td>学号</td></tr></table>"), ["kind_html"]],
  ["HTML in UTF-16", encodeUtf16("<!DOCTYPE html><table>", true), ["kind_html"]],
  ["XML of 2003", utf8('<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>'), ["kind_xml"]],
  ["JSON", utf8('[{"学号": "1001"}]'), ["kind_json"]],
  ["SYLK", utf8('ID;PWXL;N;E\r\nP;PGeneral\r\nC;Y1;X1;K"x"\r\n'), ["kind_old_text"]],
  ["DIF", utf8('TABLE\r\n0,1\r\n"x"\r\n'), ["kind_old_text"]],
  ["a list that only begins like SYLK", utf8("ID;Phone;Name\n1001;138;Li Si\n"), ["column_unknown.1"]],
  ["rich text", utf8("{\\rtf1 list}"), ["kind_document"]],
  ["binary noise", bytes(7, 0, 255, 254, 3, 200, 0, 1, 99), ["kind_binary"]],
  ["NULs in text", utf8("学号,姓名\n1001,张\0三\n"), ["nul_characters@2"]],
  [
    "an unknown encoding",
    joinBytes(utf8("id,name\n1001,a\n1002,"), bytes(0xff, 0xff), utf8("\n")),
    ["encoding_unknown@3"],
  ],
  [
    "a line in another encoding",
    joinBytes(utf8(list), encodeGb18030("1003,王五\n"), utf8("1004,赵六\n")),
    ["encoding_mixed@4"],
  ],
  ["UTF-16 that ends within a character", encodeUtf16(list, true).slice(0, -1), ["encoding_unknown"]],
  ["another separator in one row", utf8("学号,姓名\n1001;张三\n1002,李四\n"), ["delimiter_mixed@2"]],
  ["another separator in the heading", utf8("学号;姓名\n1001,张三\n1002,李四\n"), ["delimiter_mixed@1"]],
  ["a lone quotation mark", utf8('学号,姓名\n1001,"张三\n'), ["quote_unclosed@2.1"]],
  ["100,000 columns", utf8(`学号${",x".repeat(100_000)}\n`), ["too_many_columns@1"]],
  ["100,000 rows", utf8(`学号\n${"1001\n".repeat(100_000)}`), ["too_many_rows"]],
  ["a cell of 1,001 characters", utf8(`学号,姓名\n1001,${"张".repeat(1001)}\n`), ["cell_too_long@2.1"]],
  ["a heading and nothing else", utf8("学号,姓名\n"), ["header_only"]],
  ["no column that could be an ID", utf8("姓名,班级\n张三,甲\n"), ["no_key_column", "id_missing@2"]],
  [
    "marks in the middle, as of files put together",
    utf8(`\uFEFF${list}\uFEFF${list.replace("1001", "1003")}`),
    ["bom_inside", "duplicate_same@6"],
  ],
  ["one row without an end", utf8("1001,张三"), []],
  ["line ends of all kinds", utf8("学号,姓名\r1001,张三\r\n1002,李四\n1003,王五"), []],
  ["an ID twice", utf8(`${list}1001,王五\n`), ["duplicate_different@2", "duplicate_different@4"]],
  [
    "IDs that a spreadsheet damaged",
    utf8("学号,姓名\n1.2E+11,甲\n2026001.0,乙\n####,丙\n"),
    ["id_scientific@2", "id_decimal@3", "id_not_shown@4"],
  ],
  ["a column nobody knows", utf8("学号,姓名,宿舍\n1001,张三,3-201\n"), ["column_unknown.2"]],
  ["xlsx cut short", good.slice(0, good.length - 100), ["xlsx_broken"]],
  ["xlsx cut short to its first bytes", good.slice(0, 40), ["xlsx_broken"]],
  ["xlsx without sheets", makeXlsx({ sheets: [] }), ["xlsx_no_sheet"]],
  ["xlsx with an empty sheet", makeXlsx({ sheets: [{ name: "S", rows: [] }] }), ["file_blank"]],
  [
    "xlsx without the part of its sheet",
    makeXlsx({
      sheets: [{ name: "S", rows: [] }],
      parts: {
        "xl/_rels/workbook.xml.rels":
          '<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="gone.xml"/></Relationships>',
      },
    }),
    ["xlsx_broken"],
  ],
  ["xlsx whose XML breaks off", withSheet("<worksheet><sheetData><row>"), ["xlsx_broken"]],
  ["xlsx with an entity", withSheet('<!DOCTYPE w [<!ENTITY a "b">]><worksheet>&a;</worksheet>'), ["xlsx_broken"]],
  [
    "xlsx with an external document type",
    withSheet('<!DOCTYPE w SYSTEM "file:///etc/passwd"><worksheet/>'),
    ["xlsx_broken"],
  ],
  [
    "xlsx with a string that isn't there",
    withSheet('<worksheet><sheetData><row><c t="s"><v>9</v></c></row></sheetData></worksheet>'),
    ["xlsx_broken"],
  ],
  [
    "xlsx with rows in disorder",
    withSheet('<worksheet><sheetData><row r="2"/><row r="1"/></sheetData></worksheet>'),
    ["xlsx_broken"],
  ],
  [
    "xlsx whose sheet stands out of the file",
    makeXlsx({
      sheets: [{ name: "S", rows: [] }],
      parts: {
        "xl/_rels/workbook.xml.rels":
          '<Relationships><Relationship Id="rId1" Type="x/worksheet" TargetMode="External" Target="http://x/"/></Relationships>',
      },
    }),
    ["xlsx_no_sheet"],
  ],
  [
    "xlsx with cells in column XFD",
    withSheet('<worksheet><sheetData><row><c r="XFD1"><v>1</v></c></row></sheetData></worksheet>'),
    ["too_many_columns@1"],
  ],
  ["xlsx with encrypted entries", tampered((view, entry) => view.setUint16(entry + 8, 1, true)), ["xlsx_password"]],
  [
    "xlsx packed in an unknown way",
    tampered((view, entry) => {
      for (let at = entry; view.getUint32(at, true) === 0x02014b50; at += 46 + view.getUint16(at + 28, true))
        view.setUint16(at + 10, 99, true);
    }),
    ["xlsx_broken"],
  ],
  [
    "xlsx with overlapping entries",
    tampered((view, entry) => view.setUint32(entry + 46 + view.getUint16(entry + 28, true) + 42, 1, true)),
    ["xlsx_broken"],
  ],
  [
    "xlsx with a wrong checksum",
    tampered((view, entry) => {
      for (let at = entry; view.getUint32(at, true) === 0x02014b50; at += 46 + view.getUint16(at + 28, true))
        view.setUint32(at + 16, 1, true);
    }),
    ["xlsx_broken"],
  ],
  [
    "xlsx with formulas",
    withSheet(
      '<worksheet><sheetData><row><c t="str"><v>学号</v></c><c t="str"><v>姓名</v></c></row><row><c><f>A1</f><v>1001</v></c><c t="str"><f>B1</f></c></row></sheetData></worksheet>',
    ),
    ["formula_value@2", "formula_empty@2", "name_missing@2"],
  ],
];

describe("broken files", () => {
  it.each(files)("says what is wrong with %s", (_, file, expected) => {
    const { places, problems } = said(file);
    expect(places).toEqual(expected);
    for (const problem of problems) {
      for (const locale of ["zh", "en"] as const) expect(sayProblem(problem, locale)).toMatch(/^[^{}]{5,200}[。.]$/);
      expect(sayProblem(problem, "zh")).toMatch(/\p{Script=Han}/u);
    }
  });

  it("says the place in words", () => {
    const result = readRoster(utf8('学号,姓名\n1001,"张三\n'));
    const problem = result.ok ? null : result.problem;
    expect(problem && sayProblem(problem, "zh")).toMatch(/^第 2 行 B 列：这里/);
    expect(problem && sayProblem(problem, "en")).toMatch(/^Row 2, column B: The quotation/);
  });

  it("has every sentence in both languages with the same parameters", () => {
    for (const { zh, en } of Object.values(sentences)) {
      const parameters = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();
      expect(parameters(zh)).toEqual(parameters(en));
      expect(zh).toMatch(/\p{Script=Han}.*。$/u);
      expect(en).toMatch(/^[^\p{Script=Han}]*\.$/u);
    }
  });

  it("never throws, whatever the bytes", () => {
    const starts = [
      bytes(),
      good.slice(0, 30),
      utf8("PK\u0005\u0006"),
      utf8(list),
      encodeUtf16(list, true),
      encodeGb18030(list),
    ];
    fc.assert(
      fc.property(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 300 }), (start, rest) => {
        expect(said(joinBytes(start, rest)).places).toBeInstanceOf(Array);
      }),
      { numRuns: 500 },
    );
  });

  it("never throws over a workbook with any bytes changed, nor gives other IDs than were in it", () => {
    const change = fc.tuple(fc.nat(good.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const copy = good.slice();
        for (const [at, value] of changes) copy[at] = value;
        const result = readRoster(copy);
        if (result.ok) expect(result.table.rows.map(({ cells }) => cells[0])).toEqual(["学号", "1001"]);
      }),
      { numRuns: 500 },
    );
  });

  it("never throws over any XML in a sheet", () => {
    const tag = fc.constantFrom(
      "<row>",
      "</row>",
      '<row r="3">',
      "<c>",
      "</c>",
      '<c r="B2" t="s">',
      '<c t="inlineStr">',
      "<v>",
      "</v>",
      "1",
      "<is><t>",
      "</t></is>",
      "<f/>",
      '<mergeCell ref="A1:B9"/>',
      "&amp;",
      "&lt",
      "<",
      "]]>",
      "<![CDATA[x]]>",
      "é",
    );
    fc.assert(
      fc.property(fc.array(tag, { maxLength: 30 }), (tags) => {
        expect(said(withSheet(`<worksheet><sheetData>${tags.join("")}</sheetData></worksheet>`)).places).toBeInstanceOf(
          Array,
        );
      }),
      { numRuns: 200 },
    );
  });
});
