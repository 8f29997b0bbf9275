/** https://developer.mixpanel.com/reference/cohorts-list */
import { BOTH, type Operation } from './operation.ts';
import { inJson } from './reply.ts';

export const COHORTS: Operation = {
  path: '{prefix}/cohorts/list',
  family: 'query',
  open: BOTH,
  isPosted: true,
  parameters: [],
  answer: ({ world }) =>
    inJson(
      200,
      world.cohorts.map(({ row }) => row),
    ),
};
