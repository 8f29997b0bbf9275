import {
  anything,
  array,
  bigint,
  freeObject,
  number,
  object,
  record,
  required,
  string,
  timestamp,
} from '../../engine/schema.ts';

const distinctId = string('Who did it, as the project calls them');

export const event = record({
  event: required(string('Name of the event')),
  time: timestamp('When it happened, in UTC: ours, made of the epoch as "event_time_semantics" says'),
  time_epoch: anything('The time as Mixpanel sent it: of projects made before 2023 not in UTC'),
  distinct_id: distinctId,
  properties: freeObject(
    'All properties, where "properties_as" is "json"; else each has a column of its own',
  ),
});

export const profile = record({
  distinct_id: required(string('Whose profile it is')),
  properties: freeObject(
    'All properties, where "properties_as" is "json"; else each has a column of its own',
  ),
});

export const cohort = record({
  id: required(number('Id of the cohort')),
  project_id: number('Id of the project'),
  name: string('Name'),
  description: string('What it is for'),
  created: string('When it was made, YYYY-MM-DD HH:MM:SS without a zone'),
  count: number('Profiles in it when it was counted last'),
  is_visible: number('1 where the project shows it, 0 where not'),
  data_group_id: bigint('Id of the group whose members it holds, as a text; null where they are users'),
});

export const cohortMember = record({
  cohort_id: required(number('Id of the cohort')),
  distinct_id: required(string('Whose profile is in it')),
});

export const annotation = record({
  id: required(number('Id of the annotation')),
  project_id: number('Id of the project'),
  date: string('Day that it is about, as Mixpanel sent it: with a zone, or in the zone of the project'),
  description: string('What it says'),
  user: object(
    {
      id: number('Id of the user'),
      first_name: string('First name'),
      last_name: string('Last name'),
    },
    'Who wrote it; not told to a project secret',
  ),
  tags: array(
    object({ id: number('Id of the tag'), name: string('Name of the tag') }, 'A tag'),
    'Its tags; not told to a project secret',
  ),
});

const buckets = (description: string) =>
  object(
    {
      lower: number('Where the first bucket begins (seconds)'),
      higher: number('Where the last one ends (seconds)'),
      buckets: array(number('Users'), 'Users by bucket'),
    },
    description,
  );

const step = object(
  {
    count: number('Users who came so far'),
    avg_time: number('Seconds since the step before, on average'),
    avg_time_from_start: number('Seconds since the first step, on average'),
    goal: string('Event of the step'),
    event: string('Event of the step'),
    step_label: string('Name of the step'),
    overall_conv_ratio: number('Part of those of the first step'),
    step_conv_ratio: number('Part of those of the step before'),
    custom_event: { type: ['null', 'boolean'], description: 'Whether it is a custom event' },
    custom_event_id: number('Id of the custom event'),
    session_event: string('Whether it is the begin or the end of a session'),
    selector: string('Filter of the step'),
    selector_params: object({ step_label: string('Name of the step') }, 'Of the filter'),
    time_buckets_from_start: buckets('Time since the first step'),
    time_buckets_from_prev: buckets('Time since the step before'),
  },
  'A step',
);

export const funnelDay = record({
  funnel_id: required(number('Id of the funnel')),
  name: string('Name of the funnel'),
  date: required(string('Day in the zone of the project, YYYY-MM-DD')),
  steps: array(step, 'How many came to each step, of those who began on this day'),
  analysis: object(
    {
      completion: number('Users who came to the end'),
      starting_amount: number('Users who began'),
      steps: number('Steps'),
      worst: number('Step that most did not come beyond'),
    },
    'Its sums',
  ),
});

export const revenueDay = record({
  date: required(string('Day in the zone of the project, YYYY-MM-DD')),
  amount: number('Revenue'),
  count: number('Users'),
  paid_count: number('Users who paid'),
});
