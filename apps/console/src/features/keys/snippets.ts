/** A piece of code and its ink: keyword, string, comment or number, as `.c-…` in the style sheets. */
export type Piece = string | readonly ["k" | "s" | "c" | "n", string];

export interface Snippet {
  id: "curl" | "python" | "javascript";
  /** The language as its tab names it. */
  label: string;
  /** What it needs, for the bar above the code. */
  needs: string;
  pieces: Piece[];
}

export interface SnippetInput {
  /** Ends in /v1. */
  baseUrl: string;
  model: string;
  /** The whole key, or null: the code reads it from the environment. */
  key: string | null;
  question: string;
}

/** Where the code looks for the key when it doesn't hold it. */
export const keyVariable = "LYCEUM_KEY";

/** The code as it is copied, byte for byte. */
export function sourceOf(snippet: Snippet): string {
  return snippet.pieces.map((piece) => (typeof piece === "string" ? piece : piece[1])).join("");
}

/** One request in each language, ready to run: curl for bash, and the two OpenAI libraries. */
export function snippets(input: SnippetInput): Snippet[] {
  return [
    { id: "curl", label: "curl", needs: "bash", pieces: curl(input) },
    { id: "python", label: "Python", needs: "openai ≥ 1.0", pieces: python(input) },
    { id: "javascript", label: "JavaScript", needs: "openai ≥ 4.0", pieces: javascript(input) },
  ];
}

function curl({ baseUrl, model, key, question }: SnippetInput): Piece[] {
  const authorization = `Authorization: Bearer ${key ?? `$${keyVariable}`}`;
  const body = `{"model": ${JSON.stringify(model)},\n       "messages": [{"role": "user", "content": ${JSON.stringify(question)}}]}`;
  return [
    ["k", "curl"],
    ` ${baseUrl}/chat/completions \\\n  `,
    ["k", "-H"],
    " ",
    ["s", `"${authorization}"`],
    " \\\n  ",
    ["k", "-H"],
    " ",
    ["s", '"Content-Type: application/json"'],
    " \\\n  ",
    ["k", "-d"],
    " ",
    // Inside single quotes bash ends the string at each one, so an inner one is closed, escaped and opened again.
    ["s", `'${body.replaceAll("'", "'\\''")}'`],
  ];
}

function python({ baseUrl, model, key, question }: SnippetInput): Piece[] {
  const string = (text: string): Piece => ["s", JSON.stringify(text)];
  return [
    ...(key === null ? ([["k", "import"], " os\n"] as const) : []),
    ["k", "from"],
    " openai ",
    ["k", "import"],
    " OpenAI\n\nclient = OpenAI(\n    base_url=",
    string(baseUrl),
    ",\n    api_key=",
    ...(key === null ? (["os.environ[", string(keyVariable), "]"] as const) : [string(key)]),
    ",\n)\nreply = client.chat.completions.create(\n    model=",
    string(model),
    ",\n    messages=[{",
    string("role"),
    ": ",
    string("user"),
    ", ",
    string("content"),
    ": ",
    string(question),
    "}],\n)\n",
    ["k", "print"],
    "(reply.choices[",
    ["n", "0"],
    "].message.content)",
  ];
}

function javascript({ baseUrl, model, key, question }: SnippetInput): Piece[] {
  const string = (text: string): Piece => ["s", JSON.stringify(text)];
  return [
    ["k", "import"],
    " OpenAI ",
    ["k", "from"],
    " ",
    string("openai"),
    ";\n\n",
    ["k", "const"],
    " client = ",
    ["k", "new"],
    " OpenAI({\n  baseURL: ",
    string(baseUrl),
    ",\n  apiKey: ",
    key === null ? `process.env.${keyVariable}` : string(key),
    ",\n});\n",
    ["k", "const"],
    " reply = ",
    ["k", "await"],
    " client.chat.completions.create({\n  model: ",
    string(model),
    ",\n  messages: [{ role: ",
    string("user"),
    ", content: ",
    string(question),
    " }],\n});\nconsole.log(reply.choices[",
    ["n", "0"],
    "].message.content);",
  ];
}
