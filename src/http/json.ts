/** Digits of the shortest integers that a double may not hold. */
const LONG = 16;

/**
 * JSON as it was sent: an integer that a double cannot hold becomes a string of the same digits, instead of another
 * number. Those are put into quotes before the engine's own parser reads them. Quotes within a text would end it before
 * a digit, which is no JSON any more: such a body is gone through once more, leaving its texts alone.
 */
export function parseJson(text: string): unknown {
  const quoted = quoteLongIntegers(text, () => false);
  if (quoted === text) return parse(text);
  try {
    return parse(quoted);
  } catch {
    return parse(quoteLongIntegers(text, textsOf(text)));
  }
}

/** A name of one character that is written as an escape. A quote that no backslash precedes begins or ends a text. */
const ONE_ESCAPED = /(?<!\\)"(\\(?:u[\da-fA-F]{4}|["bfnrt/]))"(?=\s*:)/g;
/** Stands before those that can be written in no other way. */
const MARK = '\uE0F0\uE0F1 of one character: ';

/**
 * JSON.parse, whose names are right: that of Node.js 24 can take one of a single character that is written as an escape
 * (`"\u00e9"`, as many encoders do) for a backslash. So such a name is written as it is, or a longer one stands in its place.
 */
function parse(text: string): unknown {
  if (!text.includes('\\')) return JSON.parse(text);
  let isMarked = false;
  const safe = text.replace(ONE_ESCAPED, (_, escape: string) => {
    const name = JSON.parse(`"${escape}"`) as string;
    const plain = JSON.stringify(name);
    if (plain.length === 3) return plain;
    isMarked = true;
    return JSON.stringify(MARK + name);
  });
  const value: unknown = JSON.parse(safe);
  return isMarked ? unmarked(value) : value;
}

function unmarked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unmarked);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, held]) => [
      name.startsWith(MARK) ? name.slice(MARK.length) : name,
      unmarked(held),
    ]),
  );
}

/** Of 16 digits in a row one falls on each 16th character, so only those are looked at. */
function quoteLongIntegers(json: string, isInText: (at: number) => boolean): string {
  let [quoted, done] = ['', 0];
  for (let at = LONG - 1; at < json.length; at += LONG) {
    if (!isDigit(json, at)) continue;
    let [start, end] = [at, at + 1];
    while (isDigit(json, start - 1)) start -= 1;
    while (isDigit(json, end)) end += 1;
    at = end;
    if (end - start < LONG) continue;
    if (json[start - 1] === '-') start -= 1;
    if (!isValue(json, start, end) || isInText(start)) continue;
    quoted += `${json.slice(done, start)}"${json.slice(start, end)}"`;
    done = end;
  }
  return done === 0 ? json : quoted + json.slice(done);
}

/** Whether these digits are an integer that a double cannot hold, where JSON has a value or where a text looks like it. */
function isValue(json: string, start: number, end: number): boolean {
  let [before, after] = [start - 1, end];
  while (isBlank(json[before])) before -= 1;
  while (isBlank(json[after])) after += 1;
  return (
    isOneOf(':,[', json[before]) &&
    isOneOf(',}]', json[after]) &&
    /^-?[1-9]/.test(json.slice(start, start + 2)) &&
    !Number.isSafeInteger(Number(json.slice(start, end)))
  );
}

const isBlank = (one: string | undefined) => one === ' ' || one === '\n' || one === '\r' || one === '\t';
/** Where the JSON begins and ends any number may stand. */
const isOneOf = (marks: string, one: string | undefined) => one === undefined || marks.includes(one);

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0x30 && code <= 0x39;
}

/** Tells whether a place stands within a text of the JSON; asked from left to right. */
function textsOf(json: string): (at: number) => boolean {
  let [open, close] = [-1, -1];
  return (at) => {
    while (close < at) {
      open = json.indexOf('"', close + 1);
      close = open < 0 ? json.length : closing(json, open);
    }
    return open >= 0 && open < at;
  };
}

/** Where the text ends that begins at `open`: at the next quote with no backslash of its own before it. */
function closing(json: string, open: number): number {
  for (let at = json.indexOf('"', open + 1); at >= 0; at = json.indexOf('"', at + 1)) {
    let before = at;
    while (json[before - 1] === '\\') before -= 1;
    if ((at - before) % 2 === 0) return at;
  }
  return json.length;
}
