import assert from 'node:assert/strict';
import type { Checks } from '../kit/checks.ts';
import type { Tested } from './tested.ts';

/** What needs nobody to answer. */
export async function withoutNetwork(tested: Tested, checks: Checks): Promise<void> {
  await checks.that('spec, without a network, prints spec.json', async () => {
    const [message, ...others] = tested.succeeded(await tested.image.run(['spec']));
    assert.deepEqual(message, { type: 'SPEC', spec: await tested.json('spec.json') });
    assert.deepEqual(others, []);
  });
  await checks.that('spec, evaluated by a shell in another directory as on Kubernetes', async () => {
    const outcome = await tested.shell('eval "$AIRBYTE_ENTRYPOINT spec"', { workdir: '/config' });
    assert.equal(tested.succeeded(outcome)[0]?.type, 'SPEC');
  });
  // With one, a source asks for the columns that only its vendor knows.
  await checks.that('discover, without a network and a config, names every table', async () => {
    const messages = tested.succeeded(await tested.image.run(['discover']));
    const names = messages.flatMap(({ catalog }) => catalog?.streams ?? []).map((stream) => stream.name);
    assert.deepEqual(names.sort(), Object.keys(tested.sandbox.workspace.tables).sort());
  });
}

export async function connection(tested: Tested, checks: Checks): Promise<void> {
  await checks.that('check succeeds', async () => {
    assert.deepEqual(tested.statuses(await tested.command('check')), ['SUCCEEDED']);
  });
  await checks.that('check with credentials of nobody fails, and exits 0', async () => {
    const outcome = await tested.command('check', { config: 'invalid_config.json' });
    assert.deepEqual(tested.statuses(outcome), ['FAILED']);
  });
}
