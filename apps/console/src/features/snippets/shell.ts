import { type Asked, keyVariable, type Reach } from "./asked.ts";
import { openaiBody } from "./bodies.ts";
import { fileMark, filesOf, literal } from "./literal.ts";

/** Within single quotes bash ends the string at each one: an inner one is closed, escaped and opened again. */
function bashQuote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Linux takes 128 KiB as one argument of a program. */
const longestArgument = 100_000;

/** One request for bash. Pictures and what else is long go in through a pipe, because no argument may be that long. */
export function curlCode(asked: Asked, { origin, key }: Reach): string {
  const body = { ...asked.extra, ...openaiBody(asked) };
  const json = literal(body, "json");
  const files = new Set(filesOf(body).map(({ file }) => file));
  const bearer = key === null ? `"Authorization: Bearer $${keyVariable}"` : `"Authorization: Bearer ${key}"`;
  const call = (data: string) =>
    `curl ${origin}/v1/chat/completions \\\n  -H ${bearer} \\\n  -H "Content-Type: application/json" \\\n  -d ${data}`;
  if (files.size === 0 && new TextEncoder().encode(json).length < longestArgument) return call(bashQuote(json));
  let pieces: string[] = [json];
  for (const file of files) {
    pieces = pieces.flatMap((piece) => {
      const [first = "", ...rest] = piece.split(fileMark(file));
      return [first, ...rest.flatMap((text) => [`\0${file}`, text])];
    });
  }
  const lines = pieces.map((piece) =>
    piece.startsWith("\0")
      ? `  base64 < ${bashQuote(piece.slice(1))} | tr -d '\\n'`
      : `  printf '%s' ${bashQuote(piece)}`,
  );
  return `{\n${lines.join("\n")}\n} | ${call("@-")}`;
}

/** The same for PowerShell, Windows' own too: it would send other bytes than UTF-8 if left to itself. */
export function powershellCode(asked: Asked, { origin, key }: Reach): string {
  const bearer = key === null ? `"Bearer $env:${keyVariable}"` : `"Bearer ${key}"`;
  return `$body = @'
${literal({ ...asked.extra, ...openaiBody(asked) }, "json")}
'@
$reply = Invoke-RestMethod "${origin}/v1/chat/completions" -Method Post \`
  -Headers @{ Authorization = ${bearer} } \`
  -ContentType "application/json; charset=utf-8" \`
  -Body ([Text.Encoding]::UTF8.GetBytes($body))
$reply.choices[0].message.content`;
}
