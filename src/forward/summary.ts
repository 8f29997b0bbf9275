import type { Outbox } from './outbox.ts';

/** What a forwarding came to, for a person. */
export function summary(outbox: Outbox, stateFile: string): string {
  const { name, total, sent, batches, cut, isComplete, isSaved, errors } = outbox;
  const count = (number: number, one: string, many = `${one}s`) =>
    `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
  const lines = [
    `${name}: ${count(total, 'row')} read, ${sent.toLocaleString('en')} accepted in ${count(batches, 'batch', 'batches')}`,
  ];
  if (cut > 0) lines.push(`${count(cut, 'message')} had to be cut to the size that is taken in`);
  lines.push(isSaved ? `The state is saved in ${stateFile}` : `The state in ${stateFile} is what it was`);
  if (!isComplete) {
    lines.push('', 'Not everything was forwarded; run it again with the same state to go on:');
    const why = errors.length > 0 ? errors.map(({ message }) => message) : ['The run ended before it did.'];
    lines.push(...why.map((sentence) => `  ${sentence}`));
  }
  return lines.map((line) => `${line}\n`).join('');
}
