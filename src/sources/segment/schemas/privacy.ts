import { array, extend, record, required, string, timestamp } from '../../../engine/schema.ts';

export const regulation = record({
  id: required(string('Id of the request')),
  regulationType: string('What is asked for, such as SUPPRESS_WITH_DELETE or UNSUPPRESS'),
  subjectType: string('What the subjects are, such as OBJECT_ID'),
  subjects: array(string('User id or object id'), 'Whose data it is about'),
  status: string('How far it is, such as RUNNING, PARTIAL_SUCCESS or FINISHED'),
  createdAt: timestamp('When it was asked for'),
  finishedAt: timestamp('When it was done; absent until then'),
});

/** A request seen from one source: the API leaves out which one. */
export const sourceRegulation = extend(regulation, {
  sourceId: required(string('Id of the source it was listed for; added by this connector')),
});

/** Segment answers lists of subjects; this is one subject of such a list. */
export const suppression = record({
  subjectType: required(string('What the subject is, such as userId')),
  subjectId: required(string('Whose data Segment drops: one of the subjectIds that it lists')),
});
