import { createInterface } from "node:readline";
import { CliError } from "./command.ts";

/** A password or another secret: typed without being shown, or the first line of what is piped in. Never an argument, which every process can see. */
export async function readPassword(prompt = "密码 Password"): Promise<string> {
  return process.stdin.isTTY ? typeHidden(process.stdin, prompt) : firstLine();
}

async function firstLine(): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  try {
    for await (const line of lines) return line;
    return "";
  } finally {
    lines.close();
  }
}

function typeHidden(terminal: NodeJS.ReadStream, prompt: string): Promise<string> {
  process.stderr.write(`${prompt}: `);
  terminal.setRawMode(true);
  terminal.setEncoding("utf8");
  return new Promise((resolve, reject) => {
    let typed = "";
    const end = (settle: () => void) => {
      terminal.off("data", take);
      terminal.setRawMode(false);
      terminal.pause();
      process.stderr.write("\n");
      settle();
    };
    // A pasted password comes in one piece, with or without its end of line.
    const take = (piece: string) => {
      for (const letter of piece) {
        if (letter === "\r" || letter === "\n") return end(() => resolve(typed));
        if (letter === "\u0003" || letter === "\u0004") return end(() => reject(stopped()));
        typed = letter === "\u007f" || letter === "\b" ? [...typed].slice(0, -1).join("") : typed + letter;
      }
    };
    terminal.on("data", take);
  });
}

function stopped(): CliError {
  return new CliError({ zh: "没有输入，什么也没有做。", en: "Nothing was typed, and nothing was done." });
}
