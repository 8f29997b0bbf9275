import { story, type Message } from '../support/messages.ts';

/**
 * What is wrong with the messages of a read, in words; none where every stream kept the rules: STARTED, RUNNING,
 * records and states with exact counts, then a STATE and COMPLETE, or INCOMPLETE and the reason.
 */
export function dishonesty(messages: readonly Message[], names: readonly string[]): string[] {
  return names.flatMap((name) => ofStream(messages, name).map((what) => `${name}: ${what}`));
}

/** The same of a read that was killed: what it had said until then. */
export function dishonestyOfKilled(messages: readonly Message[], names: readonly string[]): string[] {
  return names.flatMap((name) => countsOf(messages, name).map((what) => `${name}: ${what}`));
}

function ofStream(messages: readonly Message[], name: string): string[] {
  const { messages: told, statuses, errors, states, records } = story(messages, name);
  const wrong = countsOf(messages, name);
  const order = told.map(({ type, trace }) => trace?.stream_status?.status ?? trace?.type ?? type);
  const rest = statuses.slice(1, -1).filter((status) => status !== 'RUNNING');
  if (order[0] !== 'STARTED') wrong.push(`begins with ${order[0]}`);
  if (rest.length > 0) wrong.push(`says ${rest.join(', ')} in between`);
  switch (statuses.at(-1) ?? '') {
    case 'COMPLETE': {
      if (order.at(-1) !== 'COMPLETE') wrong.push(`says ${order.at(-1)} after COMPLETE`);
      if (order.at(-2) !== 'STATE') wrong.push(`has ${order.at(-2)} and no STATE before COMPLETE`);
      if (!order.includes('RUNNING')) wrong.push('is COMPLETE and was never RUNNING');
      if (errors.length > 0) wrong.push('is COMPLETE with an error');
      const counted = states.reduce((sum, { sourceStats }) => sum + sourceStats.recordCount, 0);
      if (counted !== records.length) wrong.push(`has ${records.length} records, its states ${counted}`);
      break;
    }
    case 'INCOMPLETE':
      if (order.at(-1) !== 'ERROR' || order.at(-2) !== 'INCOMPLETE' || errors.length !== 1)
        wrong.push(`ends with ${order.slice(-2).join(', ')} instead of INCOMPLETE and one ERROR`);
      for (const { message } of errors)
        if (message === '' || /\n|\s{4}at /.test(message)) wrong.push(`has no sentence: ${message}`);
      break;
    default:
      wrong.push(`ends with ${order.at(-1)}`);
  }
  return wrong;
}

function countsOf(messages: readonly Message[], name: string): string[] {
  const wrong: string[] = [];
  let since = 0;
  let last = '';
  for (const { record, state } of story(messages, name).messages) {
    if (record) since += 1;
    if (!state) continue;
    const body = JSON.stringify(state.stream.stream_state);
    const { recordCount } = state.sourceStats;
    if (recordCount !== since) wrong.push(`a state counts ${recordCount} of ${since} records`);
    if (since > 0 && body === last) wrong.push(`repeats the state ${body} with records between`);
    [since, last] = [0, body];
  }
  return wrong;
}
