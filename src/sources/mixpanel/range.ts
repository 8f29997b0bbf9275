import { DAY, iso } from '../../engine/windows.ts';

const HOUR = DAY / 24;

/** What one request for events takes: whole days (both included), or a part of one day. */
export interface Range {
  readonly from: string;
  readonly to: string;
  /** Of one day: not before this moment and before that one (seconds, as events have them); open where left out. */
  readonly after?: number;
  readonly before?: number;
}

/** Two parts that make up a range; none where it is an hour or less. */
export function halves(range: Range): Range[] {
  const { from, to, after, before } = range;
  const [first, last] = [Date.parse(from), Date.parse(to)];
  if (first < last) {
    const middle = first + Math.floor((last - first) / DAY / 2) * DAY;
    return [
      { from, to: iso(middle).slice(0, 10) },
      { from: iso(middle + DAY).slice(0, 10), to },
    ];
  }
  const [start, end] = [after ?? first / 1000, before ?? (first + DAY) / 1000];
  if ((end - start) * 1000 <= HOUR) return [];
  const middle = Math.round((start + end) / 2);
  return [
    { ...range, before: middle },
    { ...range, after: middle },
  ];
}

/**
 * The filter of a part of a day. The later part is what is *not* before the middle: whatever the API makes of such a
 * comparison (*unverified*), each event is in one of the two parts.
 * https://developer.mixpanel.com/reference/segmentation-expressions
 */
export function whereOf({ after, before }: Range): string | undefined {
  const isBefore = (moment: number) => `properties["$time"] < datetime(${moment})`;
  const parts = [
    ...(after === undefined ? [] : [`not (${isBefore(after)})`]),
    ...(before === undefined ? [] : [isBefore(before)]),
  ];
  return parts.length > 0 ? parts.join(' and ') : undefined;
}

/** As a person finds it in the log. */
export const nameOf = ({ from, to, after, before }: Range): string => {
  const days = from === to ? from : `${from} to ${to}`;
  if (after === undefined && before === undefined) return days;
  const time = (moment: number | undefined, edge: string) =>
    moment === undefined ? edge : iso(moment * 1000).slice(11, 16);
  return `${days} ${time(after, '00:00')}-${time(before, '24:00')}`;
};
