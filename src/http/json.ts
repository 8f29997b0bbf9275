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

/** Begins a name that stands for another one, which follows in hex. */
const MARK = '\uE0F0\uE0F1 in hex: ';

/**
 * JSON.parse, whose names are right: that of Node.js 24 can take one that has an escape in it for another one that has a backslash
 * there, if it has met that behind the same others before (`"\u00e9"` for `"\\"`, `"a\u00e9"` for `"a\\"`). So a name is
 * written without escapes before it is parsed, and where it must have them, another one stands for it.
 */
function parse(text: string): unknown {
  let [plain, done, isMarked] = ['', 0, false];
  for (let at = text.indexOf('\\'); at >= 0;) {
    const begin = text.lastIndexOf('"', at);
    const end = closing(text, begin) + 1;
    at = text.indexOf('\\', end);
    if (!isName(text, end)) continue;
    const name = JSON.parse(text.slice(begin, end)) as string;
    const needsEscapes = JSON.stringify(name).includes('\\');
    plain += text.slice(done, begin) + JSON.stringify(needsEscapes ? MARK + hexOf(name) : name);
    isMarked ||= needsEscapes;
    done = end;
  }
  const value: unknown = JSON.parse(plain + text.slice(done));
  return isMarked ? unmarked(value) : value;
}

/** Whether a text that ends there is a name. */
function isName(json: string, end: number): boolean {
  let after = end;
  while (isBlank(json[after])) after += 1;
  return json[after] === ':';
}

// By UTF-16, which has halves of pairs too.
const hexOf = (name: string): string => Buffer.from(name, 'utf16le').toString('hex');
const nameOf = (hex: string): string => Buffer.from(hex, 'hex').toString('utf16le');

function unmarked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unmarked);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, held]) => [
      name.startsWith(MARK) ? nameOf(name.slice(MARK.length)) : name,
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
