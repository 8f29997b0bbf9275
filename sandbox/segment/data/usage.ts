/**
 * Daily usage: cumulative within its calendar month (UTC), as strings, since some counts exceed 2^53.
 *
 * The seam between two months is what makes these tables hard. The answer for a month also holds a row for the first
 * instant of the next one, with the values of the month's end. Most months then bring their own first row, reset;
 * each third month does not, and there the seam row is the only one for that instant.
 */
import { hash, mix } from '../../kit/random.ts';
import type { Row } from '../contract.ts';

const DAY = 86_400_000;

export type UsageKind = 'apiCalls' | 'mtu';

/** A calendar month, counted from year 0. */
export const monthOf = (time: number): number => {
  const date = new Date(time);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
};

const startOf = (month: number): number => Date.UTC(Math.floor(month / 12), month % 12);

interface Subject {
  seed: number;
  kind: UsageKind;
  /** Absent for the whole workspace. */
  sourceId?: string;
}

/** Times of the rows in the answer for a month, oldest first, the seam included. */
export function usageTimes(month: number, first: number, now: number): number[] {
  if (month < first || startOf(month) > now) return [];
  const times: number[] = [];
  for (let time = startOf(month); time <= Math.min(now, startOf(month + 1)); time += DAY) times.push(time);
  return lacksFirstRow(month) && month > first ? times.slice(1) : times;
}

const lacksFirstRow = (month: number): boolean => month % 3 === 0;

export function usageRow(subject: Subject, month: number, time: number): Row {
  const days = Math.round((time - startOf(month)) / DAY);
  const count = (field: string): string => cumulative(subject, field, month, days).toString();
  const timestamp = new Date(time).toISOString();
  const owner = subject.sourceId === undefined ? {} : { sourceId: subject.sourceId };
  if (subject.kind === 'apiCalls') return { ...owner, apiCalls: count('apiCalls'), timestamp };
  return {
    ...owner,
    periodStart: startOf(month) / 1000,
    periodEnd: startOf(month + 1) / 1000,
    anonymous: count('anonymous'),
    anonymousIdentified: count('anonymousIdentified'),
    identified: count('identified'),
    neverIdentified: count('neverIdentified'),
    timestamp,
  };
}

/** The sum over the days so far; one subject in three counts in numbers that a double cannot hold. */
function cumulative({ seed, kind, sourceId }: Subject, field: string, month: number, days: number): bigint {
  const name = `${seed}/${kind}/${sourceId ?? 'workspace'}/${field}`;
  const subject = hash(name);
  const scale = subject % 3 === 0 ? 1_000_000_007_000_003n : 1n;
  const drawn = mix(subject, month);
  let sum = 0;
  for (let day = 0; day < days; day += 1) sum += mix(drawn, day) % 10_000;
  return BigInt(sum) * scale;
}
