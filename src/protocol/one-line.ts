/** Line breaks to some readers (Python's splitlines) and plain characters to JSON, which writes them as they are. */
const OTHER_BREAKS = { '\u0085': '\\u0085', '\u2028': '\\u2028', '\u2029': '\\u2029' };
const IN_BYTES = Object.keys(OTHER_BREAKS).map((mark) => Buffer.from(mark));

/** JSON on one line, whoever counts. Each is looked for first: a text hardly ever has them, and looking is many times faster. */
export const onOneLine = (json: string): string =>
  Object.entries(OTHER_BREAKS).reduce(
    (line, [mark, escaped]) => (line.includes(mark) ? line.replaceAll(mark, escaped) : line),
    json,
  );

/** Whether that is another text than these bytes. */
export const hasOtherBreaks = (json: Buffer): boolean => IN_BYTES.some((mark) => json.includes(mark));
