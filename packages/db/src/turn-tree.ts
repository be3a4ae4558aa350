export type TurnKind = "question" | "answer" | "clear";
export type TurnState = "done" | "pending" | "running" | "stopped" | "failed" | "interrupted";

/** A turn without its content. */
export type TurnNode = {
  readonly id: string;
  readonly parentId: string | null;
  readonly openTurnId: string | null;
  readonly kind: TurnKind;
  readonly state: TurnState;
  readonly compareId: string | null;
  readonly isDeleted: boolean;
};

/**
 * The turns of a conversation as one sees them: those that are deleted are places only, what is below them moves up; messages that wait are
 * not in it yet. Nodes come in the order they were made in.
 */
export class TurnTree {
  readonly #nodes: ReadonlyMap<string, TurnNode>;
  /** As stored, by parent; null: the first turns. */
  readonly #stored = new Map<string | null, TurnNode[]>();
  readonly #seen = new Map<string | null, TurnNode[]>();
  readonly #openFirst: string | null;

  /** `openFirst`: where the open branch begins. */
  constructor(nodes: readonly TurnNode[], openFirst: string | null) {
    const placed = nodes.filter(({ state }) => state !== "pending");
    this.#nodes = new Map(placed.map((node) => [node.id, node]));
    this.#openFirst = openFirst;
    for (const node of placed) {
      const list = this.#stored.get(node.parentId);
      if (list === undefined) this.#stored.set(node.parentId, [node]);
      else list.push(node);
    }
  }

  /** A turn that is to be seen. */
  find(id: string): TurnNode | null {
    const node = this.#nodes.get(id);
    return node === undefined || node.isDeleted ? null : node;
  }

  /** What is to be seen right below a turn, oldest first; null: the first turns. */
  children(id: string | null): readonly TurnNode[] {
    const known = this.#seen.get(id);
    if (known !== undefined) return known;
    const found: TurnNode[] = [];
    // Depth first, so that the places of what moved up stay in order; without recursion, as branches may be thousands of turns deep.
    const waiting = [...(this.#stored.get(id) ?? [])].reverse();
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      if (!node.isDeleted) found.push(node);
      else waiting.push(...[...(this.#stored.get(node.id) ?? [])].reverse());
    }
    this.#seen.set(id, found);
    return found;
  }

  /** The turn above one that is to be seen; null: none. */
  parent(id: string): TurnNode | null {
    let node = this.#above(id);
    while (node?.isDeleted) node = this.#above(node.id);
    return node ?? null;
  }

  /** All branches at a turn's place, itself among them. */
  siblings(id: string): readonly TurnNode[] {
    return this.children(this.parent(id)?.id ?? null);
  }

  /** The open branch from its beginning. */
  openBranch(): TurnNode[] {
    const branch: TurnNode[] = [];
    let at: string | null = null;
    for (;;) {
      const next = this.#openChild(at);
      if (next === null) return branch;
      branch.push(next);
      at = next.id;
    }
  }

  /** A turn and what is above it, from the beginning. */
  branchTo(id: string): TurnNode[] {
    const branch: TurnNode[] = [];
    for (let node = this.find(id); node !== null; node = this.parent(node.id)) branch.push(node);
    return branch.reverse();
  }

  /** What has to point where so that a turn is on the open branch: pairs of a turn (null: the conversation) and the one it opens. */
  pointersTo(id: string): { from: string | null; to: string }[] {
    const pointers: { from: string | null; to: string }[] = [];
    for (let node = this.#nodes.get(id); node !== undefined; node = this.#above(node.id)) {
      const opens = node.parentId === null ? this.#openFirst : this.#nodes.get(node.parentId)?.openTurnId;
      if (opens !== node.id) pointers.push({ from: node.parentId, to: node.id });
    }
    return pointers;
  }

  /** A turn and all that is stored below it. */
  below(id: string): string[] {
    const ids = [id];
    for (let index = 0; index < ids.length; index++) {
      for (const { id: child } of this.#stored.get(ids[index] ?? "") ?? []) ids.push(child);
    }
    return ids;
  }

  #above(id: string): TurnNode | undefined {
    const parentId = this.#nodes.get(id)?.parentId;
    return parentId == null ? undefined : this.#nodes.get(parentId);
  }

  /** Follows pointers through what is deleted; where they end in nothing, the newest is open. */
  #openChild(id: string | null): TurnNode | null {
    const visible = this.children(id);
    let pointer = id === null ? this.#openFirst : (this.#nodes.get(id)?.openTurnId ?? null);
    while (pointer !== null) {
      const node = this.#nodes.get(pointer);
      if (node === undefined) break;
      if (!node.isDeleted) return visible.includes(node) ? node : (visible.at(-1) ?? null);
      pointer = node.openTurnId;
    }
    return visible.at(-1) ?? null;
  }
}
