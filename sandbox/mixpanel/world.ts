/** The project behind the API, at the sandbox's own time, with what has come and without what has gone. */
import type { Clock } from '../kit/clock.ts';
import { Calendar } from './calendar.ts';
import type { Auth, MixpanelOptions, Row } from './contract.ts';
import { annotationAt, type Annotation } from './data/annotations.ts';
import { cohortAt, type Cohort } from './data/cohorts.ts';
import { funnelAt, type Funnel } from './data/funnels.ts';
import { Profiles } from './profiles.ts';
import { Timeline } from './timeline.ts';

const many = <T>(length: number, make: (index: number) => T): T[] =>
  Array.from({ length }, (_, index) => make(index));

export class World {
  readonly seed: number;
  readonly calendar: Calendar;
  readonly events: Timeline;
  readonly profiles: Profiles;
  cohorts: readonly Cohort[];
  funnels: readonly (Funnel & { readonly isListed: boolean; readonly isThere: boolean })[];
  annotations: readonly Readonly<Record<Auth, Annotation['row']>>[];

  constructor(options: MixpanelOptions, clock: Clock, projectId: number) {
    const { seed = 1, eventsPerDay = 60, profiles = 45, cohorts = 6, funnels = 3, annotations = 6 } = options;
    const calendar = new Calendar(options, clock);
    this.seed = seed;
    this.calendar = calendar;
    this.events = new Timeline(calendar, seed, eventsPerDay);
    this.profiles = new Profiles(seed, profiles, clock.now());
    this.cohorts = many(cohorts, (index) => cohortAt(seed, index, projectId));
    this.funnels = many(funnels, (index) => ({ ...funnelAt(index), isListed: true, isThere: true }));
    this.annotations = many(annotations, (index) => annotationAt(index, calendar.lastDay, projectId));
  }

  changeCohort(id: number, fields: Row): void {
    this.cohorts = this.cohorts.map((cohort) =>
      cohort.row.id === id ? { ...cohort, row: { ...cohort.row, ...fields, id } } : cohort,
    );
  }

  deleteFunnel(id: number, isListed: boolean): void {
    this.funnels = this.funnels.map((funnel) =>
      funnel.funnel_id === id ? { ...funnel, isListed, isThere: false } : funnel,
    );
  }

  changeAnnotation(id: number, fields: Row): void {
    this.annotations = this.annotations.map((forms) =>
      forms['api-secret'].id === id
        ? {
            'service-account': { ...forms['service-account'], ...fields, id },
            'api-secret': { ...forms['api-secret'], ...fields, id },
          }
        : forms,
    );
  }

  deleteAnnotation(id: number): void {
    this.annotations = this.annotations.filter((forms) => forms['api-secret'].id !== id);
  }
}
