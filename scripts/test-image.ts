/**
 * The image of each source against its simulated API, run as the platform runs it: `node build/scripts/test-image.js
 * [SOURCE …]`. Needs a container engine that shares this machine's network with a container (Linux).
 */
import { connection, withoutNetwork } from './image/commands.ts';
import { contents } from './image/contents.ts';
import { reads } from './image/reads.ts';
import { Tested } from './image/tested.ts';
import { Checks } from './kit/checks.ts';
import { SOURCES, sourceNamed } from './kit/sources.ts';

const named = process.argv.slice(2).map(sourceNamed);
const checks = new Checks();
for (const source of named.length > 0 ? named : SOURCES) {
  console.log(`source-${source.name}`);
  const tested = await Tested.open(source);
  try {
    for (const check of [contents, withoutNetwork, connection, reads]) await check(tested, checks);
  } finally {
    await tested.close();
  }
}
if (!checks.end()) process.exitCode = 1;
