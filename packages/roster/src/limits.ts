/** How much a roster may be. Counted while reading, whatever a file says of itself. */
export const rosterLimits = {
  /** Bytes of the file. */
  fileBytes: 10_000_000,
  /** Bytes of everything unpacked from an xlsx together. */
  unpackedBytes: 100_000_000,
  /** Rows with something in them, headings included. */
  rows: 20_000,
  /** Columns up to the last one with something in it. */
  columns: 200,
  /** UTF-16 units of one cell. */
  cellLength: 1000,
} as const;
