import { describe, expect, it } from "vitest";
import { commands } from "./commands.ts";
import { helpText } from "./help.ts";
import { parseCommandLine } from "./parse.ts";

const parse = (line: string) => parseCommandLine(commands, line.split(" "));

describe("the command line", () => {
  it("reads options with and without an equals sign, and lists", () => {
    const parsed = parse("channel add --name gpu1 --url=http://h/v1 --models a=b,c --allow-private --json");
    if ("help" in parsed) throw new Error("help");
    expect(parsed.json).toBe(true);
    expect(parsed.values.text("url")).toBe("http://h/v1");
    expect(parsed.values.list("models")).toEqual(["a=b", "c"]);
    expect(parsed.values.isOn("allow-private")).toBe(true);
    expect(parsed.values.optional("credential")).toBeUndefined();
  });

  it("takes a leading -- as pnpm may pass it, and a value that begins with a minus", () => {
    const parsed = parse("-- fund --student-id 1 --amount -5 --reason r");
    expect("help" in parsed ? null : parsed.values.text("amount")).toBe("-5");
  });

  it.each([
    ["user", 'There is no command "user".'],
    ["fly away", 'There is no command "fly away".'],
    ["user add --name x", "needs the option --student-id"],
    ["user add --student-id 1 --name x --colour red", "has no option --colour"],
    ["user add --student-id 1 --name x -v", "has no option -v"],
    ["user add --student-id 1 --name x --role king", 'is one of student, admin, auditor, not "king"'],
    ["user add --student-id 1 --name", "--name needs a value"],
    ["user add --student-id 1 --student-id 2 --name x", "--student-id is given twice"],
    ["user add 2025 --student-id 1 --name x", 'what to do with "2025"'],
    ["model remove", "needs NAME"],
    ["ledger verify --json=1", "--json takes no value"],
  ])("says what is wrong with %j", (line, sentence) => {
    expect(() => parse(line)).toThrow(sentence);
  });

  it("explains itself, and each command all of its options", () => {
    expect(parse("--help")).toEqual({ help: null });
    for (const command of commands) {
      expect(parse(`${command.name} --help`)).toEqual({ help: command });
      expect(helpText(commands, null)).toContain(command.name);
      for (const name of [...Object.keys(command.options), "json", "help"])
        expect(helpText(commands, command)).toContain(`--${name}`);
    }
  });
});
