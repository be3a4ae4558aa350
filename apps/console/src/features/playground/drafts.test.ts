import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { AttachmentView } from "./contract.ts";
import { Drafts } from "./drafts.ts";

function file(id: string): AttachmentView {
  return {
    ...{ id, kind: "text", name: `${id}.txt`, mediaType: "text/plain" },
    ...{ bytes: 1, pages: null, tokens: 1, isCut: false },
  };
}

/** A browser's storage: its keys are its own properties. */
function storage(kept: Record<string, string>): Storage {
  const methods = {
    getItem: (key: string) => kept[key] ?? null,
    setItem: (key: string, value: string) => {
      kept[key] = value;
    },
    removeItem: (key: string) => {
      delete kept[key];
    },
  };
  return new Proxy(kept, {
    get: (target, name: string) => methods[name as keyof typeof methods] ?? target[name],
  }) as unknown as Storage;
}

let kept: Record<string, string> = {};

describe("drafts", () => {
  beforeEach(() => {
    kept = {};
    vi.stubGlobal("localStorage", storage(kept));
  });
  afterEach(() => vi.unstubAllGlobals());

  const type = (drafts: Drafts, id: string, text: string) => drafts.change(drafts.at(id), () => ({ text }));

  it("survive a reload, each with its conversation, and leave nothing behind once they are empty", () => {
    const drafts = new Drafts("ann");
    type(drafts, "", "new one");
    type(drafts, "c", "in c");
    const again = new Drafts("ann");
    expect([again.at("").draft.text, again.at("c").draft.text]).toEqual(["new one", "in c"]);
    type(again, "", "");
    type(again, "c", "");
    expect(kept).toEqual({});
  });

  it("keep under which id they were sent until a reply comes", () => {
    const drafts = new Drafts("ann");
    const asking = { id: "i", message: "hi" };
    type(drafts, "", "hi");
    drafts.change(drafts.at(""), () => ({ asking }));
    expect(new Drafts("ann").at("").draft).toMatchObject({ text: "hi", asking });
    drafts.change(drafts.at(""), () => ({ asking: null }));
    expect(new Drafts("ann").at("").draft.asking).toBeNull();
  });

  it("are nobody else's: the next person at the browser neither sees nor keeps them", () => {
    type(new Drafts("ann"), "", "ann's exam");
    kept["lyceum.draft.new"] = JSON.stringify({ text: "of before drafts had an owner" });
    kept["lyceum.theme"] = "dark";
    const bob = new Drafts("bob");
    expect(bob.at("").draft.text).toBe("");
    type(bob, "c", "bob's");
    bob.forgetOthers();
    expect(Object.keys(kept)).toEqual(["lyceum.theme", "lyceum.draft.bob.c"]);
  });

  it("take what is put in behind what is there: nothing typed is lost, and no file comes twice", () => {
    const drafts = new Drafts("ann");
    const place = drafts.at("c");
    type(drafts, "c", "third");
    drafts.put(place, { text: "first", attachments: [file("a")] });
    drafts.put(place, { text: "second", attachments: [] });
    drafts.put(place, { text: "", attachments: [file("a"), file("b")] });
    expect(place.draft.text).toBe("third\nfirst\nsecond");
    expect(place.draft.attachments.map(({ id }) => id)).toEqual(["a", "b"]);
  });

  it("take what was under way for them, whichever is open by then", () => {
    const drafts = new Drafts("ann");
    const begun = drafts.at("c");
    type(drafts, "d", "elsewhere");
    drafts.put(begun, { text: "", attachments: [file("a")] });
    expect(drafts.at("d").draft.attachments).toEqual([]);
    expect(new Drafts("ann").at("c").draft.attachments.map(({ id }) => id)).toEqual(["a"]);
  });

  it("go along with a conversation that gets its id, with what is under way for it", () => {
    const drafts = new Drafts("ann");
    const begun = drafts.at("");
    type(drafts, "", "the next");
    drafts.begin("c");
    drafts.put(begun, { text: "", attachments: [file("a")] });
    expect(drafts.at("c").draft).toMatchObject({ text: "the next", attachments: [{ id: "a" }] });
    expect(drafts.at("").draft).toMatchObject({ text: "", attachments: [] });
    expect(Object.keys(kept)).toEqual(["lyceum.draft.ann.c"]);
  });

  it("tell those who look on of each change", () => {
    const drafts = new Drafts("ann");
    const look = vi.fn();
    const end = drafts.subscribe(look);
    type(drafts, "", "a");
    expect(look).toHaveBeenCalledOnce();
    end();
    type(drafts, "", "b");
    expect(look).toHaveBeenCalledOnce();
  });

  it("live as long as the page where nothing can be kept", () => {
    vi.stubGlobal("localStorage", undefined);
    const drafts = new Drafts("ann");
    drafts.forgetOthers();
    type(drafts, "", "private window");
    expect(drafts.at("").draft.text).toBe("private window");
  });
});
