import { matcher } from '../patterns.ts';
import { SUBJECTS, type ProductArea } from './names.ts';

/** The config's `audit`: which events of the trail are wanted. All where a field is left out. */
export interface AuditConfig {
  /** Asked of the API, a request for each. */
  readonly resource_types?: readonly string[];
  readonly resource_id?: string;
  /** Matched here, as the API cannot be asked by them. */
  readonly actors?: Choice;
  readonly event_types?: Choice;
  readonly product_areas?: Choice;
}

/** What is wanted of something, and what is not; the latter counts more. */
interface Choice {
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
}

/** Every area of the table of names. */
export const PRODUCT_AREAS = Object.keys(SUBJECTS) as readonly ProductArea[];

/** Whether one of the texts by which something is known is wanted, and none is not. */
export type Wanted = (texts: readonly string[]) => boolean;

/** What a choice says; undefined where it leaves all as it is. */
export function chosen({ include, exclude }: Choice = {}): Wanted | undefined {
  if (!include && !exclude) return undefined;
  const [isIn, isOut] = [matcher(include ?? ['*']), matcher(exclude ?? [])];
  return (texts) => (include === undefined || texts.some(isIn)) && !texts.some(isOut);
}

const FIELDS = ['resource_types', 'resource_id', 'actors', 'event_types', 'product_areas'];
const CHOICES = ['actors', 'event_types', 'product_areas'] as const;

/** What no schema says of it: a misspelt filter would let everything through. A sentence for each. */
export function auditProblems(audit: AuditConfig = {}): string[] {
  const areas = PRODUCT_AREAS.map((area) => area.toLowerCase());
  const { include = [], exclude = [] } = audit.product_areas ?? {};
  const isUnknown = [...include, ...exclude].some((area) => !areas.includes(area.trim().toLowerCase()));
  return [
    ...unknownFields('audit', audit, FIELDS),
    ...CHOICES.flatMap((name) => unknownFields(`audit.${name}`, audit[name] ?? {}, ['include', 'exclude'])),
    ...(isUnknown ? [`each of audit.product_areas must be one of ${PRODUCT_AREAS.join(', ')}`] : []),
  ];
}

const unknownFields = (place: string, value: object, known: readonly string[]): string[] =>
  Object.keys(value)
    .filter((name) => !known.includes(name))
    .map((name) => `${place} has no field ${name}, only ${known.join(', ')}`);
