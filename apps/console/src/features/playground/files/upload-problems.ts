/** Why a file was not taken, in both languages. */
export interface UploadProblem {
  code: UploadCode;
  zh: string;
  en: string;
}

const sentences = {
  empty: { zh: "文件是空的。", en: "The file is empty." },
  too_large: { zh: "文件超过 {limit} MB。", en: "The file is larger than {limit} MB." },
  unsupported: { zh: "只支持图片、PDF 和文本文件。", en: "Only images, PDF and text files can be read." },
  no_text: {
    zh: "这份 PDF 里没有文字，可能是扫描件。请把页面作为图片上传。",
    en: "This PDF holds no text, it may be a scan. Upload its pages as images.",
  },
  locked: { zh: "这份 PDF 有密码。", en: "This PDF is protected by a password." },
  unreadable: { zh: "这份 PDF 无法读取。", en: "This PDF can't be read." },
  "too-slow": { zh: "这份 PDF 太复杂，读了 20 秒仍未读完。", en: "This PDF is too complex: it was not read in 20 s." },
  busy: { zh: "此刻上传的 PDF 过多，请稍后再试。", en: "Too many PDFs are being read. Try again shortly." },
  full: {
    zh: "你的附件已达上限 {limit} MB，请先删除一些对话。",
    en: "Your files have reached {limit} MB. Delete some conversations first.",
  },
} as const;
export type UploadCode = keyof typeof sentences;

/** A problem by its code; `limitBytes` where its sentence names a limit. */
export function uploadProblem(code: UploadCode, limitBytes = 0): UploadProblem {
  const limit = String(Math.round(limitBytes / 1024 / 1024));
  const { zh, en } = sentences[code];
  return { code, zh: zh.replace("{limit}", limit), en: en.replace("{limit}", limit) };
}
