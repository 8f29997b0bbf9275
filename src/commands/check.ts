import { ConnectorError } from '../engine/errors.ts';
import { failed, succeeded } from '../protocol/messages.ts';
import type { Flags, Io } from './command.ts';
import { readConfig } from './files.ts';

/** `check`: does the connection work? What the person must mend is FAILED; an outage or a bug is an error. */
export async function check<Config>(io: Io<Config>, { config: path = '' }: Flags): Promise<boolean> {
  try {
    const config = await readConfig(io, path);
    await io.source.check(config, io);
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.failureType !== 'config_error') throw error;
    await io.writer.write(failed(error.message));
    return true;
  }
  await io.writer.write(succeeded());
  return true;
}
