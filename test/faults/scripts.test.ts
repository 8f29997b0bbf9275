/**
 * Random scripts of faults over whole syncs. After any number of attempts, each resumed from any state that was
 * emitted, the warehouse holds the truth; each verdict on the way is honest.
 */
import { test } from '@jest/globals';
import { scriptOf } from './script.ts';
import { holds, parameters, timeout } from './soak.ts';
import * as mixpanel from './stages/mixpanel.ts';
import * as moesif from './stages/moesif.ts';
import * as segment from './stages/segment.ts';
import { Trial } from './trial.ts';

test.each([
  ['segment', segment],
  ['mixpanel', mixpanel],
  ['moesif', moesif],
])(
  '%s: whatever goes wrong, nothing is lost and nothing invented',
  (_, { matter, stage }) =>
    holds(scriptOf(matter), (one) => new Trial(stage, one).run(), parameters(30, 0.25)),
  timeout(120_000, 0.25),
);
