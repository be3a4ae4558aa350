import type { Sentence } from "@lyceum/domain";

/** What to do with a file of a kind that isn't read. */
const resave = {
  zh: "请用 Excel 或 WPS 打开，另存为 xlsx 或 CSV 后再导入。",
  en: "Open it in Excel or WPS, save it as xlsx or CSV and import that.",
};
/** What to do with an ID that a spreadsheet has damaged. */
const asText = {
  zh: "请在原表中把该列设为“文本”格式，重新填写后再导入，或在此直接改正。",
  en: "Format the column as text in the original, enter the ID again and re-import, or correct it here.",
};

/** Every sentence about a roster, in both languages; `{name}` stands for a parameter. */
export const sentences = {
  // The file
  file_empty: { zh: "文件是空的。", en: "The file is empty." },
  file_blank: { zh: "文件里没有任何内容，只有空白单元格。", en: "The file has only blank cells." },
  file_too_large: { zh: "文件超过 {limit} MB 的上限。", en: "The file is larger than the limit of {limit} MB." },
  kind_xls: { zh: `这是旧版 Excel 的 .xls 文件。${resave.zh}`, en: `This is a file of old Excel (.xls). ${resave.en}` },
  kind_xlsb: { zh: `这是二进制的 .xlsb 文件。${resave.zh}`, en: `This is a binary workbook (.xlsb). ${resave.en}` },
  kind_ods: {
    zh: `这是 OpenDocument 表格（.ods）。${resave.zh}`,
    en: `This is an OpenDocument spreadsheet (.ods). ${resave.en}`,
  },
  kind_numbers: {
    zh: "这是 Numbers 表格。请在 Numbers 中导出为 xlsx 或 CSV 后再导入。",
    en: "This is a Numbers spreadsheet. Export it from Numbers as xlsx or CSV and import that.",
  },
  kind_pdf: {
    zh: "这是 PDF，读不出表格。请向教务索取 xlsx 或 CSV，或把名单复制粘贴进来。",
    en: "This is a PDF, which holds no table. Ask for the list as xlsx or CSV, or paste it.",
  },
  kind_picture: {
    zh: "这是图片，读不出表格。请上传 xlsx 或 CSV，或把名单复制粘贴进来。",
    en: "This is a picture, which holds no table. Upload xlsx or CSV, or paste the list.",
  },
  kind_html: {
    zh: `这其实是网页（HTML），虽然名字可能以 .xls 结尾。${resave.zh}`,
    en: `This is really a web page (HTML), whatever its name says. ${resave.en}`,
  },
  kind_xml: { zh: `这是 XML 文件。${resave.zh}`, en: `This is an XML file. ${resave.en}` },
  kind_old_text: {
    zh: `这是 SYLK 或 DIF 格式的表格。${resave.zh}`,
    en: `This is a spreadsheet in SYLK or DIF format. ${resave.en}`,
  },
  kind_json: { zh: "这是 JSON，不是表格。请上传 xlsx 或 CSV。", en: "This is JSON, not a table. Upload xlsx or CSV." },
  kind_document: {
    zh: "这是文档，不是表格。请把其中的名单另存为 xlsx 或 CSV，或复制粘贴进来。",
    en: "This is a document, not a table. Save its list as xlsx or CSV, or paste it.",
  },
  kind_archive: {
    zh: "这是压缩包。请解压后上传其中的 xlsx 或 CSV。",
    en: "This is an archive. Unpack it and upload the xlsx or CSV in it.",
  },
  kind_binary: {
    zh: `这不是文本，也不是 xlsx 表格。${resave.zh}`,
    en: `This is neither text nor an xlsx workbook. ${resave.en}`,
  },
  xlsx_password: {
    zh: "工作簿有密码保护。请去掉密码后再导入。",
    en: "The workbook is protected by a password. Remove it and import again.",
  },
  xlsx_broken: {
    zh: "xlsx 文件不完整或已损坏（{part}）。请重新下载，或用 Excel 打开后另存一份。",
    en: "The xlsx file is incomplete or damaged ({part}). Download it again, or open it in Excel and save a copy.",
  },
  xlsx_no_sheet: { zh: "工作簿里没有工作表。", en: "The workbook has no worksheet." },
  xlsx_sheet_missing: {
    zh: "工作簿里没有名为“{sheet}”的工作表，只有：{sheets}。",
    en: "The workbook has no sheet “{sheet}”, only: {sheets}.",
  },
  unpacked_too_large: {
    zh: "工作簿解压后超过 {limit} MB，已停止读取。",
    en: "The workbook unpacks to more than {limit} MB; reading stopped.",
  },
  encoding_mixed: {
    zh: "这一行是 {one} 编码，而其他行是 {other}：文件由不同编码拼接而成。请用 Excel 打开、检查该行，另存为 xlsx。",
    en: "This line is in {one}, others are in {other}: the file was put together from two encodings. Open it in Excel, check the line and save as xlsx.",
  },
  encoding_unknown: {
    zh: "认不出文字编码（既不是 UTF-8，也不是 GB18030）。请用 Excel 打开，另存为 xlsx 或“CSV UTF-8”。",
    en: "The encoding isn't known (neither UTF-8 nor GB18030). Open it in Excel and save as xlsx or “CSV UTF-8”.",
  },
  nul_characters: {
    zh: `文件含有空字符（NUL），不是正常的文本。${resave.zh}`,
    en: `The file has NUL characters, so it is no ordinary text. ${resave.en}`,
  },
  too_many_rows: {
    zh: "超过 {limit} 行的上限。请删去多余的行，或分成几次导入。",
    en: "There are more than {limit} rows. Remove what isn't needed, or import in parts.",
  },
  too_many_columns: {
    zh: "超过 {limit} 列的上限。请只保留学号、姓名、邮箱、班级等需要的列。",
    en: "There are more than {limit} columns. Keep only those needed: ID, name, e-mail, section.",
  },
  cell_too_long: { zh: "单元格超过 {limit} 个字符。", en: "The cell is longer than {limit} characters." },
  quote_unclosed: {
    zh: "这里开始的引号没有结束。请补上引号，或删去它。",
    en: "The quotation mark that opens here is never closed. Close it, or remove it.",
  },
  delimiter_mixed: {
    zh: "这一行用“{one}”分隔，其他行用“{other}”。请统一分隔符，或另存为 xlsx。",
    en: "This row is separated by “{one}”, others by “{other}”. Use one separator, or save as xlsx.",
  },
  macros_ignored: {
    zh: "工作簿含有宏，已忽略，不会运行。",
    en: "The workbook has macros. They were ignored and never run.",
  },
  bom_inside: {
    zh: "文件中间有字节顺序标记（多半由几个文件拼接而成），已去掉。",
    en: "There were byte order marks inside the file, as when files are put together. They were removed.",
  },

  // The columns
  no_key_column: {
    zh: "找不到学号列，也没有邮箱列。请指定哪一列是学号。",
    en: "There is no column of student IDs, and none of e-mail addresses. Say which column holds the ID.",
  },
  no_amount_column: {
    zh: "找不到金额列。请把那一列的表头写成“金额”。",
    en: "There is no column of amounts. Head it “amount”.",
  },
  no_student_id_column: {
    zh: "找不到学号列。请把那一列的表头写成“学号”。",
    en: "There is no column of student IDs. Head it “student ID”.",
  },
  no_id_column: {
    zh: "没有学号列，只能按邮箱匹配已有的学生。",
    en: "There is no column of student IDs: rows can only be matched to known students by e-mail.",
  },
  header_only: { zh: "只有表头，没有学生。", en: "There is a heading but no student." },
  column_unknown: { zh: "不认识“{title}”列，未使用。", en: "The column “{title}” isn't known and isn't used." },
  column_taken: {
    zh: "“{title}”列与另一列都被指定为同一内容，请只选一列。",
    en: "The column “{title}” and another are both chosen for the same thing. Choose one.",
  },

  // A row
  id_missing: { zh: "缺少学号。", en: "The student ID is missing." },
  id_missing_email_key: {
    zh: "缺少学号，将按邮箱匹配已有的学生，需要确认。",
    en: "The student ID is missing; the row is matched by e-mail, to be confirmed.",
  },
  id_unknown_email: {
    zh: "缺少学号，且没有唯一一位已有学生使用这个邮箱。",
    en: "The student ID is missing, and no one known student has this e-mail address.",
  },
  id_invalid: {
    zh: "学号“{value}”不对：应为 4 到 32 位字母、数字或连字符。",
    en: "“{value}” is no student ID: 4 to 32 letters, digits or hyphens.",
  },
  id_scientific: {
    zh: `学号被表格软件变成了科学计数“{value}”，原来的数字已丢失。${asText.zh}`,
    en: `A spreadsheet turned the ID into “{value}”; the digits are lost. ${asText.en}`,
  },
  id_decimal: {
    zh: `学号被表格软件变成了小数“{value}”，开头的零可能已丢失。${asText.zh}`,
    en: `A spreadsheet turned the ID into the decimal “{value}”; leading zeros may be lost. ${asText.en}`,
  },
  id_rounded: {
    zh: `学号存成了数字“{value}”，表格软件只保留 15 位，末尾几位已丢失。${asText.zh}`,
    en: `The ID is stored as the number “{value}”; spreadsheets keep 15 digits, so its last ones are lost. ${asText.en}`,
  },
  id_not_shown: {
    zh: `学号只剩下“{value}”：复制时列太窄，或公式出错。${asText.zh}`,
    en: `Only “{value}” is left of the ID: the column was too narrow when copied, or its formula failed. ${asText.en}`,
  },
  id_short: {
    zh: "学号“{value}”比其他的少几位，开头的零可能已丢失，请核对。",
    en: "The ID “{value}” is shorter than the others; leading zeros may be lost. Check it.",
  },
  id_normalised: {
    zh: "学号“{from}”已写成“{to}”（全角字符、空格、引号等）。",
    en: "The ID “{from}” is taken as “{to}” (full-width characters, blanks, apostrophes).",
  },
  duplicate_same: { zh: "与第 {other} 行相同，已合并。", en: "Same as row {other}, merged." },
  duplicate_different: {
    zh: "与第 {other} 行学号相同，但其他内容不同。请改正或删去一行。",
    en: "Same student ID as row {other}, but other data. Correct or remove one.",
  },
  email_invalid: { zh: "邮箱“{value}”不对。", en: "“{value}” is no e-mail address." },
  email_repeated: {
    zh: "第 {other} 行也是这个邮箱，不会用它来匹配。",
    en: "Row {other} has the same e-mail address; it isn't used for matching.",
  },
  name_invalid: {
    zh: "姓名含有控制字符，或超过 64 个字符。",
    en: "The name has control characters, or more than 64 characters.",
  },
  name_missing: { zh: "缺少姓名。", en: "The name is missing." },
  section_invalid: {
    zh: "班级含有控制字符，或超过 100 个字符。",
    en: "The section has control characters, or more than 100 characters.",
  },
  amount_missing: { zh: "缺少金额。", en: "The amount is missing." },
  not_a_member: { zh: "{id} 不在这门课里。", en: "{id} is no member of this course." },
  amount_invalid: { zh: "金额“{value}”不对。请写成 20 或 20.50。", en: "“{value}” is no amount. Write 20 or 20.50." },
  formula_value: {
    zh: "这是公式，用的是上次计算的结果“{value}”。",
    en: "This is a formula; its last result “{value}” is used.",
  },
  formula_empty: {
    zh: "这是公式，但文件里没有计算结果。请在 Excel 中打开并保存，或粘贴为数值。",
    en: "This is a formula, but the file has no result of it. Open and save it in Excel, or paste values.",
  },
} as const satisfies Record<string, Sentence>;
