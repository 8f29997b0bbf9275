import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  looksLikeCredential,
  maskAll,
  maskCredentials,
  rowMask,
  tellsCredential,
} from '../../src/engine/secrets.ts';
import { MASK } from '../../src/protocol/mask.ts';
import { anyCharacter } from '../support/characters.ts';

const words = (text: string) => text.trim().split(/\s+/);

describe('a name that tells a credential', () => {
  test.each(
    words(`
      password Password PASSWORD db_password user-password db.password dbPassword passwd pwd passphrase keyStorePassword
      secret clientSecret clientsecret client_secret ClientSecret secretAccessKey AWSSecretAccessKey signingSecret
      token accessToken access_token accesstoken refresh-token authToken X-Auth-Token sasToken tokens
      key apiKey APIKey api_key apikey api-key x-api-key xApiKey writeKey writeKeys license_key accountKey SharedAccessKey
      privateKey private_key private_key_id encryptionKey sshKey consumerKey credential credentials gcpCredentials
      ciphertext ciphertextBlob authorization Authorization bearer jwt dsn connectionstring oauth2ClientSecret`),
  )('%s', (name) => expect(tellsCredential(name)).toBe(true));

  test.each(words('connectionString connection_string ConnectionString passWord passWd pass_word'))(
    '%s (taken apart)',
    (name) => expect(tellsCredential(name)).toBe(true),
  );

  test.each(words('apiKey1 api_key2 key1 key2 token2 accessToken2'))('%s (numbered)', (name) =>
    expect(tellsCredential(name)).toBe(true),
  );

  test.each(words('pass user_pass smtpPass pw psk sshkey rsakey authkey appkey masterkey deploykey'))(
    '%s (missing)',
    (name) => expect(tellsCredential(name)).toBe(true),
  );

  test.each(words('privatekeypem rsaprivatekeyfile'))('%s', (name) =>
    expect(tellsCredential(name)).toBe(true),
  );
});

describe('a name that tells none', () => {
  test.each(
    words(`
      name host port region database username user schemaName enabled publicKey public_key primaryKey primary_key
      partitionKey sortKey foreignKey keyboard keywords monkey turkey donkey tokenizer tokenUrl token_url tokenType
      keyFormat passwordPolicy password_policy secretVersion privateKeyType bypass passport compassion passenger
      author authorName privacy clientId projectId bucket headers settings id value`),
  )('%s', (name) => expect(tellsCredential(name)).toBe(false));

  test('is judged without a crash, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), (name) => {
        expect(typeof tellsCredential(name)).toBe('boolean');
      }),
    );
  });
});

describe('a text that is a credential by its form', () => {
  test.each([
    '-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----',
    '-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----\\n',
    'a file:\r\n-----BEGIN OPENSSH PRIVATE KEY-----\r\nb3Bl',
    '-----BEGIN PGP PRIVATE KEY BLOCK-----',
    JSON.stringify({ type: 'service_account', private_key: '-----BEGIN PRIVATE KEY-----\nMII' }),
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjMifQ.c2lnbmF0dXJl',
    'Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjMifQ.c2lnbmF0dXJl',
    'postgres://loader:hunter2@db.example:5432/events?sslmode=require',
    'postgresql+psycopg2://loader:hunter2@db',
    'mongodb+srv://u:p%40ss@cluster0.example/x?retryWrites=true',
    'redis://:hunter2@cache:6379/0',
    'amqps://u:p@mq:5671/vhost',
    'https://user:token@host.example/x',
    'jdbc:postgresql://h/db?user=u&password=hunter2',
    'jdbc:sqlserver://h:1433;user=sa;password=hunter2;encrypt=true',
    'Server=h;User Id=sa;Password=hunter2;',
    'Server=h;Pwd=hunter2',
    'host=h user=u password=hunter2',
    'https://x.blob.core.windows.net/c?sv=2022&sig=abc%3D',
    'https://h/x?api_key=abcd&y=1',
    'https://h/x?access_token=abcd',
    'bearer abcdef123456',
    'Basic dXNlcjpwYXNz',
    'AKIAIOSFODNN7EXAMPLE',
    'https://hooks.slack.com/services/T0/B0/xyz',
  ])('%j', (text) => expect(looksLikeCredential(text)).toBe(true));

  test.each([
    'DefaultEndpointsProtocol=https;AccountName=a;AccountKey=Zm9vYmFy==;EndpointSuffix=core.windows.net',
    'Endpoint=sb://x.servicebus.windows.net/;SharedAccessKeyName=n;SharedAccessKey=Zm9v=',
    'ftp://me@corp.example:hunter2@ftp.example/in',
    'postgres://u:hunt/er2@h/db',
    'Server=h; Pwd = hunter2',
    'host=h password = hunter2',
    'https://h/x?api-key=abcd',
    'https://h/x?accessToken=abcd',
    'https://h/x?auth_token=abcd',
    'https://s3.example/x?X-Amz-Credential=a&X-Amz-Signature=b',
    'Authorization: Bearer abcdef123456',
  ])('%j', (text) => expect(looksLikeCredential(text)).toBe(true));

  test.each([
    'Bearer abcdefghijklmnopqrst',
    'Authorization: Bearer abcdefgh',
    'Token abcdefghijklmnopqrstuvwx',
  ])('%j', (text) => expect(looksLikeCredential(text)).toBe(true));

  test.each([
    '',
    'hello world',
    'https://example.com:8443/@team/docs',
    'https://h:443/path?mail=a@b.example',
    'https://docs.example/a:b@c',
    'http://localhost:8080',
    'postgres://loader@db.example/events',
    'mailto:someone@example.com',
    'SHA256:abcdefghijklmnop',
    'password=',
    'a=b&pageToken=x',
    '{{token}}',
    'track the password reset',
    'Basic tracking plan',
    'Token refresh',
    'Bearer of good news',
    'eyJ',
  ])('%j is none', (text) => expect(looksLikeCredential(text)).toBe(false));

  test('is looked for in linear time: anything else would not end here', () => {
    for (const part of ['a.', 'a-', 'a://b:', 'a://', 'eyJaaaaaa.', 'sig ', 'token= ', '-----BEGIN ', '"']) {
      expect(() => looksLikeCredential(part.repeat(200_000))).not.toThrow();
    }
  });
});

describe('maskCredentials', () => {
  test('masks by name and by form, at any depth, and keeps the rest', () => {
    const settings = {
      host: 'h',
      port: 443,
      requiresPassword: true,
      grid: [[1, [2, { apiKey: 'x', region: 'eu' }]], []],
      auth: { oauth: { clientId: 'public', clientSecret: 'x', scopes: ['read:x'] } },
      tokens: ['x', { deeper: 'y', on: true, none: null, empty: '' }, 7],
      notes: [{ text: 'postgres://a:b@c' }],
    };
    expect(maskCredentials(settings)).toEqual({
      host: 'h',
      port: 443,
      requiresPassword: true,
      grid: [[1, [2, { apiKey: MASK, region: 'eu' }]], []],
      auth: { oauth: { clientId: 'public', clientSecret: MASK, scopes: ['read:x'] } },
      tokens: [MASK, { deeper: MASK, on: true, none: null, empty: '' }, MASK],
      notes: [{ text: MASK }],
    });
  });

  test.each([
    [{ key: 'Authorization', value: 'x' }],
    [{ name: 'X-Api-Key', value: 'x' }],
    [{ header: 'token', value: ['x', { a: 'x' }] }],
  ])('masks the value of a pair %j, not its name', (pair) => {
    const [label = '', name] = Object.entries(pair)[0] ?? [];
    const masked = maskCredentials([pair]) as Record<string, unknown>[];
    expect(masked[0]?.[label]).toBe(name);
    expect(JSON.stringify(masked)).not.toContain('"x"');
  });

  test('keeps the value of an innocent pair', () => {
    const pairs = [
      { key: 'X-Region', value: 'eu' },
      { name: 'color', value: { a: 1 } },
    ];
    expect(maskCredentials(pairs)).toEqual(pairs);
  });

  test('masks the value of a pair with a name and a key', () => {
    expect(maskCredentials({ name: 'For us', key: 'Authorization', value: 'hunter2' })).toEqual({
      name: 'For us',
      key: 'Authorization',
      value: MASK,
    });
  });

  test.each([
    [{ Key: 'password', Value: 'hunter2' }],
    [{ id: 'password', value: 'hunter2' }],
    [{ field: 'clientSecret', value: 'hunter2' }],
  ])('masks the value of a pair %j', (pair) => {
    expect(JSON.stringify(maskCredentials(pair))).not.toContain('hunter2');
  });

  test.each([
    JSON.stringify({ user: 'u', password: 'hunter2' }),
    JSON.stringify([{ headers: { Authorization: 'hunter2' } }]),
    JSON.stringify(JSON.stringify({ token: 'hunter2' })),
  ])('masks a text that holds JSON with a credential: %s', (text) => {
    expect(JSON.stringify(maskCredentials({ config: text }))).not.toContain('hunter2');
  });

  test('names that mean something to JavaScript are names', () => {
    const value = JSON.parse(
      '{"__proto__":{"password":"x","a":1},"constructor":"c","toString":"s"}',
    ) as unknown;
    const masked = maskCredentials(value) as Record<string, unknown>;
    expect(JSON.stringify(masked)).toBe(
      `{"__proto__":{"password":"${MASK}","a":1},"constructor":"c","toString":"s"}`,
    );
    expect(Object.getPrototypeOf(masked)).toBe(Object.prototype);
  });

  test('leaves the original as it was, and the order and shape of what it gives', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const before = JSON.stringify(value);
        const masked = JSON.parse(JSON.stringify(maskCredentials(value))) as unknown;
        expect(JSON.stringify(value)).toBe(before);
        expect(shape(masked)).toEqual(shape(JSON.parse(before)));
      }),
    );
  });

  test('leaves no value below a telling name', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('password', 'apiKey', 'client_secret'), (value, name) => {
        const leaves = (of: unknown): unknown[] =>
          typeof of === 'object' && of !== null ? Object.values(of).flatMap(leaves) : [of];
        const masked = maskCredentials({ a: [{ [name]: value }] });
        for (const leaf of leaves(masked)) expect([MASK, true, false, null, '']).toContain(leaf);
      }),
    );
  });

  test('a text whose JSON is nested too deep for it is masked as a whole', () => {
    const deep = `${'['.repeat(20_000)}{"password":"hunter2"}${']'.repeat(20_000)}`;
    expect(maskCredentials({ config: deep })).toEqual({ config: MASK });
  });

  test('what is nested too deep for it ends in an error, never unmasked', () => {
    let value: unknown = { password: 'hunter2' };
    for (let depth = 0; depth < 100_000; depth += 1) value = [value];
    expect(() => maskCredentials(value)).toThrow(RangeError);
    let bearable: unknown = { password: 'hunter2' };
    for (let depth = 0; depth < 500; depth += 1) bearable = { a: bearable };
    expect(JSON.stringify(maskCredentials(bearable))).not.toContain('hunter2');
  });
});

const shape = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(shape)
    : typeof value === 'object' && value !== null
      ? Object.entries(value).map(([name, held]) => [name, shape(held)])
      : 0;

describe('maskAll', () => {
  test('masks texts and numbers; booleans, null and nothing hide nothing', () => {
    expect(maskAll({ a: ['x', 7, true, null, ''], b: { c: 'y' } })).toEqual({
      a: [MASK, MASK, true, null, ''],
      b: { c: MASK },
    });
  });
});

describe('a row', () => {
  const mask = rowMask({ writeKeys: 'all', settings: 'credentials', 'hash.key': 'all' });

  test('is masked at the declared fields only', () => {
    expect(
      mask({
        id: 'a',
        password: 'stays: not declared',
        writeKeys: ['k1', 'k2'],
        settings: { apiKey: 'x', host: 'h' },
        hash: { key: 'x', password: 'stays', algorithm: 'sha' },
      }),
    ).toEqual({
      id: 'a',
      password: 'stays: not declared',
      writeKeys: [MASK, MASK],
      settings: { apiKey: MASK, host: 'h' },
      hash: { key: MASK, password: 'stays', algorithm: 'sha' },
    });
  });

  test.each([
    {},
    { writeKeys: null, settings: null, hash: null },
    { writeKeys: [], settings: {}, hash: {} },
    { settings: 'text', hash: 'text' },
    { hash: { key: null } },
  ])('%j has nothing to mask, and gains no field', (row) => expect(mask(row)).toEqual(row));

  test('of the API is left as it was', () => {
    const row = { writeKeys: ['k'], settings: { apiKey: 'x' }, hash: { key: 'x' } };
    const before = structuredClone(row);
    mask(Object.freeze(row));
    expect(row).toEqual(before);
  });

  test('without declared secrets is the same row', () => {
    const row = { settings: { apiKey: 'x' } };
    expect(rowMask(undefined)(row)).toBe(row);
  });

  test('is masked through lists too', () => {
    expect(rowMask({ 'items.key': 'all' })({ items: [{ key: 'hunter2' }] })).toEqual({
      items: [{ key: MASK }],
    });
  });
});
