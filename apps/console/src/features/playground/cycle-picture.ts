/** A p–V diagram of the Otto cycle, drawn for the starter with a picture. */
export const cyclePicture = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 160" width="960" height="640"><rect width="240" height="160" fill="#fff"/><g fill="none" stroke="#1b2530" stroke-width="1.4"><path d="M34 12V136H228"/><path d="m30 18 4-7 4 7M222 132l7 4-7 4"/></g><g fill="none" stroke="#1b4f86" stroke-width="2"><path d="M70 66C84 98 118 116 186 122"/><path d="M70 28C86 66 124 86 186 96"/><path d="M70 66V28M186 96v26"/></g><g fill="#1b4f86"><circle cx="70" cy="66" r="3"/><circle cx="70" cy="28" r="3"/><circle cx="186" cy="96" r="3"/><circle cx="186" cy="122" r="3"/></g><g font-family="serif" font-style="italic" font-size="15" fill="#1b2530"><text x="16" y="24">p</text><text x="216" y="154">V</text><text x="55" y="72">2</text><text x="55" y="30">3</text><text x="193" y="97">4</text><text x="193" y="127">1</text></g></svg>`;

/** The picture as an address that the page's content policy allows. */
export const cycleAddress = `data:image/svg+xml,${encodeURIComponent(cyclePicture)}`;

/** The picture as a file to send: models take no SVG. */
export async function drawCycle(name: string): Promise<File> {
  const image = new Image();
  image.src = cycleAddress;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = 960;
  canvas.height = 640;
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (!blob) throw new Error("the picture could not be drawn");
  return new File([blob], name, { type: "image/png" });
}
