/**
 * `make bench`: the built connector against a floor script of ours that moves the same pages and does nothing else.
 * What is measured and why: docs/performance.md. Exit code 1 where a target is missed.
 */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { cases } from './bench/cases.ts';
import { holds, table, type Line } from './bench/report.ts';

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    rows: { type: 'string', default: '1000000' },
    /** Some cases only, by name. */
    only: { type: 'string', default: Object.keys(cases).join() },
    /** A look while working: too small to judge by. */
    quick: { type: 'boolean', default: false },
  },
});
const size = flags.quick
  ? { rounds: 3, rows: 100_000 }
  : { rounds: Number(flags.rounds), rows: Number(flags.rows) };

const lines: Line[] = [];
for (const name of flags.only.split(',')) {
  const measure = cases[name];
  if (!measure) throw new Error(`There is no case ${name}; there are: ${Object.keys(cases).join(', ')}.`);
  process.stderr.write(`${name} …\n`);
  lines.push(...(await measure(size)));
}

const [cpu, ...others] = cpus();
console.log(
  `Node.js ${process.version}, ${1 + others.length} × ${cpu?.model.trim()}; medians of ${size.rounds}.\n`,
);
console.log(table(lines));
process.exitCode = lines.every(holds) ? 0 : 1;
