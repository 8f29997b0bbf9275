/** Lines on their way: in pieces that end anywhere, in the middle of a letter if there is one of several bytes. */
const LARGEST = 16_384;

/** The first pieces are small, so that short bodies have several too. */
export function* inChunks(lines: Iterable<string>): Generator<Buffer> {
  let size = 7;
  let rest: Buffer = Buffer.alloc(0);
  let text = '';
  for (const line of lines) {
    text += line;
    if (rest.length + text.length < size) continue;
    rest = Buffer.concat([rest, Buffer.from(text)]);
    text = '';
    while (rest.length >= size) {
      const end = borderNear(rest, size);
      yield rest.subarray(0, end);
      rest = rest.subarray(end);
      size = Math.min(size * 3, LARGEST);
    }
  }
  rest = Buffer.concat([rest, Buffer.from(text)]);
  if (rest.length > 0) yield rest;
}

/** Behind the first byte of a letter of several, the last such one before `size`; otherwise `size`. */
function borderNear(bytes: Buffer, size: number): number {
  for (let index = size - 1; index > size / 2; index -= 1) if ((bytes[index] ?? 0) >= 0xc0) return index + 1;
  return size;
}

/** The last line without its line feed, which nobody promised. */
export function* withoutLastFeed(lines: Iterable<string>): Generator<string> {
  let held: string | undefined;
  for (const line of lines) {
    if (held !== undefined) yield held;
    held = line;
  }
  if (held !== undefined) yield held.slice(0, -1);
}

/** So many lines, and the first half of the next one. */
export function* cutOff(lines: Iterable<string>, after: number): Generator<string> {
  let whole = 0;
  for (const line of lines) {
    if (whole === after) {
      yield line.slice(0, line.length / 2);
      return;
    }
    whole += 1;
    yield line;
  }
}

/** So many lines, and words that are no JSON. */
export function* endedBy(words: string, lines: Iterable<string>, after: number): Generator<string> {
  let whole = 0;
  for (const line of lines) {
    if (whole === after) break;
    whole += 1;
    yield line;
  }
  yield `${words}\n`;
}

/** After so many lines: the next one that has a line feed in a text has it as it is, on two lines. */
export function* split(lines: Iterable<string>, after: number): Generator<string> {
  let seen = 0;
  let isDone = false;
  for (const line of lines) {
    seen += 1;
    const broken: string = isDone || seen <= after ? line : line.replace(/(?<!\\)\\n/, '\n');
    isDone ||= broken !== line;
    yield broken;
  }
}
