import { systemError } from '../engine/errors.ts';

/** Characters of the longest texts of a message that are kept: as many as still fit, of these numbers. */
const KEPT = [8192, 4096, 2048, 1024, 512, 256];
const HALF_A_CHARACTER = /[\uD800-\uDBFF]$/;

/**
 * A message (JSON) that has no more than so many bytes: the very same where it has them not, else with its longest texts
 * cut, each marked with the length that it had. Better a part of an event than none, and than one that ends the run for
 * ever. Pure. Throws system_error where it is too large without long texts.
 */
export function fitted(message: string, bytes: number): string {
  if (Buffer.byteLength(message) <= bytes) return message;
  const whole: unknown = JSON.parse(message);
  for (const kept of KEPT) {
    const cut = JSON.stringify(whole, (_, value: unknown) =>
      typeof value === 'string' && value.length > kept ? cutTo(value, kept) : value,
    );
    if (Buffer.byteLength(cut) <= bytes) return cut;
  }
  throw systemError(
    `An event makes a message of more than ${bytes.toLocaleString('en')} bytes, also with its long texts cut; please report it.`,
  );
}

const cutTo = (text: string, length: number): string =>
  `${text.slice(0, length).replace(HALF_A_CHARACTER, '')}… (cut, it had ${text.length} characters)`;
