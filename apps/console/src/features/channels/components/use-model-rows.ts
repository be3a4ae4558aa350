"use client";
import { useRef, useState } from "react";
import { completeRow, type ModelRow } from "../model-rows.ts";

export type EditedRow = ModelRow & { key: number };

/** The rows of models being typed. There is always one to type in. */
export function useModelRows() {
  const count = useRef(1);
  const [sent, setSent] = useState<number[]>([]);
  const [rows, setRows] = useState<EditedRow[]>([{ key: 0, name: "", upstreamModel: "" }]);
  const keyed = (row: ModelRow): EditedRow => {
    count.current += 1;
    return { ...row, key: count.current };
  };
  const blank = () => keyed({ name: "", upstreamModel: "" });
  const atLeastOne = (next: EditedRow[]) => (next.length === 0 ? [blank()] : next);
  const isBlank = (row: ModelRow) => completeRow(row) === null;
  return {
    rows,
    /** The path of a row in what was sent last, so that an error stays with its row while others come and go. */
    pathOf: (row: EditedRow) => (sent.includes(row.key) ? `models.${sent.indexOf(row.key)}` : `unsent.${row.key}`),
    add: () => setRows([...rows, blank()]),
    change: (row: EditedRow, change: Partial<ModelRow>) =>
      setRows(rows.map((each) => (each.key === row.key ? { ...each, ...change } : each))),
    remove: (row: EditedRow) => setRows(atLeastOne(rows.filter((each) => each.key !== row.key))),
    /** A pasted list takes the place of the row it was pasted into. */
    replace: (row: EditedRow, by: ModelRow[]) =>
      setRows(atLeastOne(rows.flatMap((each) => (each.key === row.key ? by.map(keyed) : each)))),
    /** Ticks and unticks models of the upstream's list. */
    tick: (upstreamModels: readonly string[], ticked: boolean) => {
      const others = rows.filter((row) => !isBlank(row) && !upstreamModels.includes(row.upstreamModel || row.name));
      const kept = rows.filter((row) => upstreamModels.includes(row.upstreamModel || row.name));
      const missing = upstreamModels.filter((each) => !kept.some((row) => (row.upstreamModel || row.name) === each));
      const added = missing.flatMap((each) => completeRow({ name: "", upstreamModel: each }) ?? []).map(keyed);
      setRows(atLeastOne(ticked ? [...others, ...kept, ...added] : others));
    },
    /** The rows to send, completed; blank ones leave the form too. */
    take: (isWanted: (row: ModelRow) => boolean = () => true): ModelRow[] => {
      const filled = rows.filter((row) => !isBlank(row));
      setRows(atLeastOne(filled));
      const wanted = filled.filter((row) => isWanted(completeRow(row) ?? row));
      setSent(wanted.map((row) => row.key));
      return wanted.flatMap((row) => completeRow(row) ?? []);
    },
    /** What the rows would be completed to. */
    completed: () => rows.flatMap((row) => completeRow(row) ?? []),
  };
}

export type ModelRowsState = ReturnType<typeof useModelRows>;
