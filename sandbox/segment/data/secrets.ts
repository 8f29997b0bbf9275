/**
 * Settings with credentials, under many spellings and at many depths, between innocent neighbours that a blunt mask
 * would destroy. Every credential carries the same marker, so that a test can search a whole output for it.
 */
import type { Random } from '../../kit/random.ts';

const MARKER = 's3cr3t';

export const secret = (random: Random): string => `${random.id(8)}${MARKER}${random.id(12)}`;

const pem = (random: Random): string =>
  `-----BEGIN PRIVATE KEY-----\nMIIE${secret(random)}\n${random.id(64)}\n-----END PRIVATE KEY-----\n`;

const jwt = (random: Random): string =>
  `eyJ${random.id(33)}.eyJ${random.id(60)}.${MARKER}-${random.id(24)}_${random.id(6)}`;

type Settings = Record<string, unknown>;

const KINDS: readonly ((random: Random) => Settings)[] = [
  (random) => ({
    apiKey: secret(random),
    api_key: secret(random),
    keywords: ['token', 'password', 'key'],
    monkey: 'banana',
    tokenizer: 'whitespace',
    host: 'collector.shop.example',
    port: 443,
    region: 'eu-west-1',
    requiresPassword: true,
    ratio: 0.1,
    grid: [[1, 2], [3, [4, null]], []],
  }),
  (random) => ({
    auth: {
      oauth: {
        clientId: `public-${random.id(6)}`,
        clientSecret: secret(random),
        access_token: secret(random),
        'refresh-token': secret(random),
      },
      scopes: ['read:events', 'write:events'],
    },
    enabledEvents: { 'Order Completed': true, constructor: 'kept' },
  }),
  (random) => ({
    connectionUri: `postgres://loader:${secret(random)}@db.shop.example:5432/events?sslmode=require`,
    replicas: [
      {
        host: 'replica-1.shop.example',
        dsn: `mysql://reader:${secret(random)}@replica-1.shop.example/events`,
      },
    ],
    homepage: 'https://shop.example:8443/@team/docs',
    Password: secret(random),
    schemaName: 'events',
  }),
  (random) => ({
    privateKey: pem(random),
    attachments: [{ label: 'certificate request', text: pem(random) }],
    fingerprint: `SHA256:${random.id(43)}`,
    sizes: { small: 1, large: 1e21 },
  }),
  (random) => ({
    callback: jwt(random),
    headers: [
      { key: 'Authorization', value: `Bearer ${secret(random)}` },
      { key: 'X-Api-Key', value: secret(random) },
      { key: 'X-Region', value: 'eu' },
    ],
    retries: { maximum: 3, waits: [1, 2, 4] },
  }),
  (random) => ({
    credentials: JSON.stringify({
      type: 'service_account',
      project_id: 'shop-example',
      private_key_id: secret(random),
      private_key: pem(random),
      client_email: 'loader@shop-example.iam.gserviceaccount.com',
    }),
    'gc-project': 'shop-example',
    location: 'EU',
    ciphertext: `v1:${secret(random)}`,
  }),
  (random) => ({
    accountNumber: 12345678901234567890n,
    sharedSecrets: [secret(random), secret(random)],
    nested: { deeper: [{ deepest: { signing_key: secret(random), algorithm: 'HS256' } }] },
    note: null,
  }),
  () => ({}),
];

export const settings = (random: Random, kind: number): Settings => {
  const make = KINDS[kind % KINDS.length];
  return make ? make(random) : {};
};
