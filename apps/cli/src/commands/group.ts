import { createGroup } from "@lyceum/db";
import type { Command } from "../command.ts";

export const groupAdd: Command = {
  name: "group add",
  summary: "Make a group.",
  needs: "admin",
  positionals: ["NAME"],
  options: {
    multiplier: { value: "FACTOR", help: "what prices are multiplied by, such as 0.8; 1 if left out" },
    open: { help: "everybody is a member" },
  },
  changesConfig: true,
  async run(values, { db, actor }) {
    const multiplier = values.optional("multiplier") ?? "1";
    const isOpen = values.isOn("open");
    const { id } = await db.$transaction((tx) =>
      createGroup(tx, actor, { id: values.text("NAME"), multiplier, isOpen }),
    );
    return { lines: [`Added the group ${id}, multiplier ${multiplier}.`], json: { group: id, multiplier, isOpen } };
  },
};
