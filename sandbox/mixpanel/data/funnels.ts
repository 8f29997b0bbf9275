/** Funnels, day by day. What a day had converted into grows for as long as the conversion window is open. */
import { hash, mix } from '../../kit/random.ts';
import type { Row } from '../contract.ts';

/** The longest conversion window there is. */
const WINDOW_DAYS = 90;

/** What the day's object of a funnel is on `today`; days by their number. */
export function funnelDay(seed: number, funnelId: number, day: number, today: number): Row {
  switch (mix(funnelId, day) % 11) {
    case 1:
      return { steps: [], analysis: { completion: 0, starting_amount: 0, steps: 0, worst: 0 } };
    case 2:
      return { steps: null, analysis: null };
    case 3:
      return daily(0, 0);
    case 4:
      return { steps: [...daily(12, 3).steps, null], analysis: null };
    default: {
      const chance = mix(mix(hash(`${seed}/funnel`), funnelId), day);
      const started = 1000 + (chance % 30_000);
      const age = Math.min(today - day, WINDOW_DAYS);
      return daily(started, Math.floor(started * 0.2 + (started * 0.5 * age) / WINDOW_DAYS));
    }
  }
}

function daily(started: number, completed: number) {
  const ratio = started === 0 ? 0 : completed / started;
  const time = (seconds: number) => (started === 0 ? null : seconds);
  return {
    steps: [
      {
        count: started,
        avg_time: null,
        avg_time_from_start: time(5),
        step_conv_ratio: 1,
        goal: 'App Open',
        overall_conv_ratio: 1,
        event: 'App Open',
        selector: '(properties["$os"] == "iOS")',
        selector_params: { step_label: 'App Open' },
        session_event: null,
      },
      {
        count: completed,
        avg_time: time(133.5),
        avg_time_from_start: time(133.5),
        step_conv_ratio: ratio,
        goal: '$custom_event:12345',
        step_label: 'Game Played',
        custom_event: true,
        custom_event_id: 12345,
        overall_conv_ratio: ratio,
        event: '$custom_event:12345',
        time_buckets_from_start: { lower: 0, higher: 60, buckets: [3, 0, 1] },
      },
    ],
    analysis: { completion: completed, starting_amount: started, steps: 2, worst: 1 },
  };
}

export interface Funnel {
  readonly funnel_id: number;
  readonly name: string;
}

export const funnelAt = (index: number): Funnel => ({
  funnel_id: 7509 + index * 1561,
  name: ['Signup funnel', 'Funnel tutorial', 'Køb, "alt" 😀', 'Signup funnel'][index % 4] ?? '',
});

/** Under a name that is no date: over all of the days. */
export const overall = (): Row => daily(999_999, 111_111);

/** The revenue of a day, always the same. */
export const revenueOf = (day: number): Row => ({
  amount: day % 5 === 0 ? 12.5 : 0,
  count: 124,
  paid_count: day % 5 === 0 ? 1 : 0,
});
