import { random as seeded, type Random } from '../../kit/random.ts';
import type { Row } from '../contract.ts';
import { name } from './names.ts';
import { secret } from './secrets.ts';

/** What a transformation does: one thing each, so that most of the optional fields are absent on most rows. */
const EFFECTS: readonly ((random: Random) => Row)[] = [
  () => ({ newEventName: 'order_cancelled', propertyRenames: [] }),
  () => ({
    propertyRenames: [
      { oldName: 'größe', newName: 'size' },
      { oldName: 'a.b', newName: 'a.c' },
    ],
  }),
  (random) => ({
    hashPropertiesConfiguration: {
      algorithm: 'SHA256',
      key: secret(random),
      encoding: random.pick(['BASE16', 'BASE64', 'BASE64URL', 'HEX']),
      paths: ['context.traits.email', 'properties.keywords'],
    },
  }),
  () => ({ drop: true, allowProperties: null }),
  () => ({ propertyValueTransformations: [{ propertyPaths: ['properties.sku'], propertyValue: '' }] }),
  () => ({ fqlDefinedProperties: [{ fql: 'lowercase(event)', propertyName: 'event_lower' }] }),
  () => ({ allowProperties: ['total', 'currency'] }),
  () => ({ propertyDrops: ['context.ip'], hashPropertiesConfiguration: { algorithm: 'MD5', paths: [] } }),
];

/** `workspaceId`, `destinationId` and `propertyDrops` are not in the API's document, but are in its answers. */
export function transformation(
  seed: number,
  index: number,
  links: { workspaceId: string; sourceId: string; destination: Row | undefined },
): Row {
  const random = seeded(seed, 'transformation', index);
  const metadata = links.destination?.['metadata'] as Row | undefined;
  return {
    id: random.id(27),
    workspaceId: links.workspaceId,
    name: name(random),
    enabled: random.int(2) === 0,
    sourceId: links.sourceId,
    ...(index % 3 === 1 && metadata
      ? { destinationMetadataId: metadata['id'], destinationId: links.destination?.['id'] }
      : {}),
    if: random.pick([
      "event = 'Order Cancelled'",
      "type = 'identify'",
      'event = "\u0627\u0644\u0637\u0644\u0628"',
    ]),
    ...EFFECTS[index % EFFECTS.length]?.(random),
  };
}
