import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type TurnNode, TurnTree } from "./turn-tree.ts";

const node = (id: string, parentId: string | null, changes: Partial<TurnNode> = {}): TurnNode => ({
  ...{ id, parentId, openTurnId: null, kind: "question", state: "done", compareId: null, isDeleted: false },
  ...changes,
});
const ids = (nodes: readonly TurnNode[]) => nodes.map(({ id }) => id).join(" ");

describe("a tree of turns", () => {
  it("opens the newest branch, unless a pointer says otherwise", () => {
    const nodes = [node("q", null), node("a", "q"), node("b", "q"), node("c", "a")];
    expect(ids(new TurnTree(nodes, null).openBranch())).toBe("q b");
    const pointed = [node("q", null, { openTurnId: "a" }), ...nodes.slice(1)];
    expect(ids(new TurnTree(pointed, "q").openBranch())).toBe("q a c");
    expect(ids(new TurnTree(pointed, null).siblings("a"))).toBe("a b");
  });

  it("moves up what is below a deleted turn, and keeps its place among branches", () => {
    const tree = new TurnTree(
      [
        node("q", null),
        node("a", "q", { isDeleted: true, openTurnId: "d" }),
        node("b", "q"),
        node("d", "a"),
        node("e", "a"),
      ],
      null,
    );
    expect(ids(tree.children("q"))).toBe("d e b");
    expect(tree.parent("d")?.id).toBe("q");
    expect(ids(tree.branchTo("e"))).toBe("q e");
    expect(tree.find("a")).toBeNull();
  });

  it("opens another branch where the open one is deleted", () => {
    const tree = new TurnTree(
      [node("q", null, { openTurnId: "b" }), node("a", "q"), node("b", "q", { isDeleted: true })],
      "q",
    );
    expect(ids(tree.openBranch())).toBe("q a");
  });

  it("leaves out messages that wait", () => {
    const tree = new TurnTree([node("q", null), node("a", "q"), node("w", "a", { state: "pending" })], null);
    expect(ids(tree.openBranch())).toBe("q a");
    expect(tree.find("w")).toBeNull();
  });

  it("is walked without recursion, however deep", () => {
    const nodes = Array.from({ length: 20_000 }, (_, index) =>
      node(`${index}`, index === 0 ? null : `${index - 1}`, { isDeleted: index > 0 && index < 19_999 }),
    );
    expect(ids(new TurnTree(nodes, null).openBranch())).toBe("0 19999");
  });
});

const trees = fc
  .array(fc.record({ parent: fc.nat(), isDeleted: fc.boolean(), opens: fc.nat() }), { minLength: 1, maxLength: 30 })
  .map((shapes) => {
    const parentOf = shapes.map(({ parent }, index) => (index === 0 || parent % 4 === 0 ? null : parent % index));
    return shapes.map(({ isDeleted, opens }, index) => {
      const children = parentOf.flatMap((parent, child) => (parent === index ? [child] : []));
      const open = children[opens % (children.length + 1)];
      const parent = parentOf[index];
      return node(`${index}`, parent == null ? null : `${parent}`, {
        isDeleted,
        openTurnId: open === undefined ? null : `${open}`,
      });
    });
  });

describe("for any tree", () => {
  it("every turn that isn't deleted is found exactly once from the top, and its branch ends in it", () => {
    fc.assert(
      fc.property(trees, (nodes) => {
        const tree = new TurnTree(nodes, null);
        const found: string[] = [];
        const waiting: (string | null)[] = [null];
        for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
          for (const child of tree.children(at)) {
            found.push(child.id);
            waiting.push(child.id);
            expect(tree.parent(child.id)?.id ?? null).toBe(at);
            expect(tree.siblings(child.id)).toContain(child);
            expect(tree.branchTo(child.id).at(-1)).toBe(child);
          }
        }
        expect(found.sort()).toEqual(nodes.flatMap(({ id, isDeleted }) => (isDeleted ? [] : id)).sort());
      }),
    );
  });

  it("setting the pointers to a turn puts it on the open branch", () => {
    fc.assert(
      fc.property(trees, fc.nat(), (nodes, pick) => {
        const visible = nodes.filter(({ isDeleted }) => !isDeleted);
        const target = visible[pick % Math.max(1, visible.length)];
        if (target === undefined) return;
        const pointers = new Map(new TurnTree(nodes, null).pointersTo(target.id).map(({ from, to }) => [from, to]));
        const changed = nodes.map((each) => ({ ...each, openTurnId: pointers.get(each.id) ?? each.openTurnId }));
        const tree = new TurnTree(changed, pointers.get(null) ?? null);
        expect(ids(tree.openBranch().slice(0, tree.branchTo(target.id).length))).toBe(ids(tree.branchTo(target.id)));
      }),
    );
  });
});
