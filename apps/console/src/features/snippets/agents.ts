import { keyVariable, type Reach } from "./asked.ts";

/** What the coding agents are told by, as docs/clients.md tried it. */
type Agent = (model: string, reach: Reach) => string;

const bashKey = ({ key }: Reach) => key ?? `$${keyVariable}`;
const powershellKey = ({ key }: Reach) => (key === null ? `$env:${keyVariable}` : JSON.stringify(key));

const claudeVariables = (model: string) => [
  ["ANTHROPIC_MODEL", model],
  // What it asks for its own housekeeping; else a Claude model by name.
  ["ANTHROPIC_DEFAULT_HAIKU_MODEL", model],
  ["CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1"],
];

/** Claude Code from bash or zsh. */
export const claudeCode: Agent = (model, reach) =>
  [
    `export ANTHROPIC_BASE_URL=${reach.origin}`,
    `export ANTHROPIC_AUTH_TOKEN=${bashKey(reach)}`,
    ...claudeVariables(model).map(([name, value]) => `export ${name}=${value}`),
    "claude",
  ].join("\n");

/** Claude Code from PowerShell. */
export const claudeCodePowershell: Agent = (model, reach) =>
  [
    `$env:ANTHROPIC_BASE_URL = "${reach.origin}"`,
    `$env:ANTHROPIC_AUTH_TOKEN = ${powershellKey(reach)}`,
    ...claudeVariables(model).map(([name, value]) => `$env:${name} = "${value}"`),
    "claude",
  ].join("\n");

/** Codex: a file, and the key in a variable. */
export const codex: Agent = (model, reach) => `# ~/.codex/config.toml
model = ${JSON.stringify(model)}
model_provider = "campus"
web_search = "disabled"
check_for_update_on_startup = false

[model_providers.campus]
name = "Campus"
base_url = "${reach.origin}/v1"
wire_api = "responses"
env_key = "${keyVariable}"

# ${reach.key === null ? `${keyVariable} holds the key` : `export ${keyVariable}=${reach.key}`}`;

/** Google's command line. */
export const geminiCli: Agent = (model, reach) =>
  [
    `export GOOGLE_GEMINI_BASE_URL=${reach.origin}`,
    `export GEMINI_API_KEY=${bashKey(reach)}`,
    `gemini -m ${model}`,
  ].join("\n");
