import { readFile } from "node:fs/promises";
import { findPackageJSON } from "node:module";
import { dirname, join } from "node:path";

/** The faces of a document: text, and what stands out. Noto Sans, simplified Chinese, SIL Open Font License 1.1; a document embeds what it uses of it. */
export type Faces = { readonly text: Buffer; readonly strong: Buffer };

/** Reads the faces from the package that ships them; they are not kept, for documents are rare and the files large. */
export async function readFaces(): Promise<Faces> {
  const manifest = findPackageJSON("@embedpdf/fonts-sc", import.meta.url);
  if (manifest === undefined) throw new Error("the fonts of documents are not installed");
  const face = (name: string) => readFile(join(dirname(manifest), "fonts", `NotoSansHans-${name}.otf`));
  const [text, strong] = await Promise.all([face("Regular"), face("Medium")]);
  return { text, strong };
}
