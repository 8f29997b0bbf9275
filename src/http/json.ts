import { isSafeNumber, parse } from 'lossless-json';

/** An integer of 16 digits or more where JSON has a value: perhaps too big for a double. */
const BIG_INTEGER = /[:,[\s]-?\d{16,}\s*[,}\]]/;

/**
 * JSON as it was sent: an integer that a double cannot hold becomes a string of the same digits, instead of another
 * number. The exact parser is slower, so it only reads the bodies that need it.
 */
export function parseJson(text: string): unknown {
  return BIG_INTEGER.test(text)
    ? parse(text, undefined, { parseNumber: exact, onDuplicateKey })
    : JSON.parse(text);
}

/** As JSON.parse has it: the last one counts. */
const onDuplicateKey = ({ newValue }: { newValue: unknown }) => newValue;

const exact = (digits: string) =>
  isSafeNumber(digits, { approx: true }) || !/^-?\d+$/.test(digits) ? Number(digits) : digits;
