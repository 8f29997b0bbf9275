import type { Random } from '../../kit/random.ts';

const BEGINNING = Date.parse('2019-02-28T23:59:59.999Z');
const YEARS = 6 * 365 * 86_400_000;

/** Some moment of the past, as the API writes one. */
export const moment = (random: Random): string =>
  new Date(BEGINNING + Math.floor(random.next() * YEARS)).toISOString();
