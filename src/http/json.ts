import { isSafeNumber, parse } from 'lossless-json';

/** Digits of the shortest integers that a double may not hold. */
const LONG = 16;
/** An integer so long where JSON has a value, or where a text looks like JSON. */
const LONG_INTEGERS = /(?<=[:,[\s])-?[1-9]\d{15,}(?=\s*[,}\]])/g;

/**
 * JSON as it was sent: an integer that a double cannot hold becomes a string of the same digits, instead of another
 * number. Those are put into quotes before the engine's own parser reads them. Quotes within a text would end it before
 * a digit, which is no JSON any more: such a body is read by the exact parser, which is many times slower.
 */
export function parseJson(text: string): unknown {
  if (!hasLongNumber(text)) return JSON.parse(text);
  try {
    return JSON.parse(text.replace(LONG_INTEGERS, quotedIfUnsafe));
  } catch {
    return parse(text, undefined, { parseNumber: exact, onDuplicateKey });
  }
}

/** Whether 16 digits stand in a row. One of them then falls on each 16th character, so only those are looked at. */
function hasLongNumber(text: string): boolean {
  for (let at = LONG - 1; at < text.length; at += LONG) {
    if (!isDigit(text, at)) continue;
    let [start, end] = [at, at + 1];
    while (isDigit(text, start - 1)) start -= 1;
    while (isDigit(text, end)) end += 1;
    if (end - start >= LONG) return true;
  }
  return false;
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0x30 && code <= 0x39;
}

const quotedIfUnsafe = (digits: string) => (Number.isSafeInteger(Number(digits)) ? digits : `"${digits}"`);

/** As JSON.parse has it: the last one counts. */
const onDuplicateKey = ({ newValue }: { newValue: unknown }) => newValue;

const exact = (digits: string) =>
  isSafeNumber(digits, { approx: true }) || !/^-?\d+$/.test(digits) ? Number(digits) : digits;
