import { claudeCode, claudeCodePowershell, codex, geminiCli } from "./agents.ts";
import { type Asked, type AskedParameters, hasImages, type Reach } from "./asked.ts";
import type { InkLanguage } from "./ink.ts";
import { javascriptAnthropic, javascriptGoogle, javascriptOpenai } from "./javascript.ts";
import { pythonAnthropic, pythonGoogle, pythonGoogleFormer, pythonOllama, pythonOpenai } from "./python.ts";
import { curlCode, powershellCode } from "./shell.ts";

/** What a reader chooses first. */
export const snippetKinds = ["curl", "python", "javascript", "agent"] as const;
export type SnippetKind = (typeof snippetKinds)[number];

export interface Snippet {
  id: string;
  kind: SnippetKind;
  /** The client, in its own name. */
  label: string;
  /** What it needs: a shell, a library and its version. */
  needs: string;
  language: InkLanguage;
  /** As it is copied, byte for byte. */
  source: string;
  /** Settings, by their names in OpenAI's protocol, that this client has no word for: the code doesn't send them. */
  leftOut: string[];
}

type Client = Omit<Snippet, "source" | "leftOut"> & {
  write: (asked: Asked, reach: Reach) => string;
  /** Only where no picture is asked about. */
  isTextOnly?: boolean;
  /** What it can't say; with any of these, fields of the extra JSON too. */
  lacks?: readonly (keyof AskedParameters)[];
};

const curl = { kind: "curl", language: "shell" } as const;
const python = { kind: "python", language: "python" } as const;
const javascript = { kind: "javascript", language: "javascript" } as const;
const byAnthropic = { lacks: ["presencePenalty", "frequencyPenalty", "seed", "effort"] } as const;
const byGoogle = { lacks: ["effort"] } as const;
const agent = { kind: "agent", isTextOnly: true } as const;

const clients: readonly Client[] = [
  { ...curl, id: "curl", label: "bash", needs: "bash, zsh", write: curlCode },
  {
    ...curl,
    id: "powershell",
    label: "PowerShell",
    needs: "PowerShell ≥ 5.1",
    write: powershellCode,
    isTextOnly: true,
  },
  { ...python, id: "python-openai", label: "openai", needs: "pip install openai", write: pythonOpenai },
  {
    ...python,
    ...byAnthropic,
    id: "python-anthropic",
    label: "anthropic",
    needs: "pip install anthropic",
    write: pythonAnthropic,
  },
  {
    ...python,
    ...byGoogle,
    id: "python-google",
    label: "google-genai",
    needs: "pip install google-genai",
    write: pythonGoogle,
  },
  {
    ...{ ...python, id: "python-google-former", label: "google-generativeai", write: pythonGoogleFormer },
    needs: "pip install google-generativeai",
    lacks: ["seed", "effort"],
  },
  {
    ...python,
    lacks: ["effort"],
    id: "python-ollama",
    label: "ollama",
    needs: "pip install ollama",
    write: pythonOllama,
  },
  { ...javascript, id: "javascript-openai", label: "openai", needs: "npm install openai", write: javascriptOpenai },
  {
    ...{ ...javascript, ...byAnthropic, id: "javascript-anthropic", label: "anthropic", write: javascriptAnthropic },
    needs: "npm install @anthropic-ai/sdk",
  },
  {
    ...{ ...javascript, ...byGoogle, id: "javascript-google", label: "google-genai", write: javascriptGoogle },
    needs: "npm install @google/genai",
  },
  {
    ...{ ...agent, id: "claude-code", label: "Claude Code", needs: "bash, zsh", language: "shell" },
    write: ({ model }, reach) => claudeCode(model, reach),
  },
  {
    ...{
      ...agent,
      id: "claude-code-powershell",
      label: "Claude Code (Windows)",
      needs: "PowerShell",
      language: "shell",
    },
    write: ({ model }, reach) => claudeCodePowershell(model, reach),
  },
  {
    ...{ ...agent, id: "codex", label: "Codex", needs: "~/.codex/config.toml", language: "shell" },
    write: ({ model }, reach) => codex(model, reach),
  },
  {
    ...{ ...agent, id: "gemini-cli", label: "Gemini CLI", needs: "bash, zsh", language: "shell" },
    write: ({ model }, reach) => geminiCli(model, reach),
  },
];

/** The same request in the words of every client that can make it. */
export function snippets(asked: Asked, reach: Reach): Snippet[] {
  const isText = !hasImages(asked);
  return clients
    .filter(({ isTextOnly }) => isText || !isTextOnly)
    .map(({ write, isTextOnly: _, lacks = [], ...client }) => ({
      ...client,
      source: write(asked, reach),
      leftOut: leftOut(asked, lacks),
    }));
}

const names: Record<keyof AskedParameters, string> = {
  temperature: "temperature",
  topP: "top_p",
  maxTokens: "max_tokens",
  presencePenalty: "presence_penalty",
  frequencyPenalty: "frequency_penalty",
  seed: "seed",
  stop: "stop",
  effort: "reasoning_effort",
};

function leftOut({ parameters = {}, extra = {} }: Asked, lacks: readonly (keyof AskedParameters)[]): string[] {
  if (lacks.length === 0) return [];
  return [...lacks.filter((name) => parameters[name] !== undefined).map((name) => names[name]), ...Object.keys(extra)];
}
