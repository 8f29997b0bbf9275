/** What the profiles of a space are made of: names, and when they were last seen. */
import { hash, random as seeded } from '../../kit/random.ts';
import type { Row } from '../contract.ts';
import { isNew, numberOf } from './spaces.ts';

/** Names that break careless URLs. */
const EVENT_NAMES = [
  'Order Completed',
  'a/b/../c',
  '100% off %2F %',
  'q?x=1&y=2#z',
  'Søk · 検索 📱',
  ' +;=:@ ',
  'line\u2028break\ttab',
  '...',
];
const TRAIT_NAMES = ['email', 'größe', 'a.b', 'orders_0', 'vip_größe_0', '', 'constructor'];
const PROPERTY_NAMES = ['total', 'title', 'page/url', 'ünï', ''];

const DAY = 86_400_000;
const seen = (name: string): string => new Date(Date.UTC(2026, 9, 1) + (hash(name) % 40) * DAY).toISOString();

/** How many things of a kind a space has: many, few, none, one. */
const some = <T>(items: readonly T[], slug: unknown): readonly T[] =>
  isNew(numberOf(slug)) ? [] : items.slice(0, [items.length, 2, 0, 1][numberOf(slug)] ?? 1);

export const traits = ({ slug }: Row, collection: string): Row[] =>
  some(collection === 'users' ? TRAIT_NAMES : TRAIT_NAMES.slice(1, 3), slug).map((trait, index) => ({
    trait,
    type: ['CUSTOM', 'CUSTOM', 'SQL', 'COMPUTED', 'AUDIENCE'][index % 5],
    lastSeenAt: seen(`${collection}/${trait}`),
  }));

/** The first name belongs to a page and to a track. */
export const events = ({ slug }: Row): Row[] =>
  some(EVENT_NAMES, slug)
    .flatMap((name, index) =>
      (index === 0 ? ['TRACK', 'PAGE'] : ['TRACK']).map((type): Row => ({ name, type })),
    )
    .map((row) => ({ ...row, lastSeenAt: seen(JSON.stringify(row)) }));

/** `title` is one of the properties and one of the context; the last event of the first space has none. */
export const eventProperties = (eventName: string): Row[] =>
  (eventName === '...' ? [] : eventName === 'Order Completed' ? PROPERTY_NAMES : ['title'])
    .flatMap((name) =>
      (name === 'title' ? ['PROPERTY', 'CONTEXT'] : ['PROPERTY']).map((type): Row => ({ name, type })),
    )
    .map((row) => ({ ...row, eventName, lastSeenAt: seen(JSON.stringify(row)) }));

const PATHS = ['konto', 'konto/haushalt', 'haushalt', 'haushalt/konto', 'straße'];

/** Ways to three entities: two of them are reached twice. */
export const entityPaths = (seed: number, { id, slug }: Row): Row[] =>
  some(PATHS, slug).map((path) => {
    const slugs = path.split('/');
    return {
      id: seeded(seed, 'entity-path', String(id), path).id(),
      entityName: slugs.at(-1)?.toUpperCase(),
      pathName: ['profile', ...slugs].join(' → '),
      entitySlug: slugs.at(-1),
      relationshipSlugs: slugs,
      childRelationshipSlugs: slugs.length === 1 ? ['haushalt'] : [],
      parentRelationshipSlugPath: slugs.slice(0, -1).join(':'),
    };
  });

export const entityProperties = (entitySlug: string): Row[] =>
  ['id', 'saldo €', 'a.b', 'eröffnet', '']
    .slice(0, entitySlug === 'konto' ? 5 : 1)
    .map((name, index) => ({ name, primaryKey: index === 0, dataType: index === 0 ? 'STRING' : '' }));
