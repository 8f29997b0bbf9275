/** An image, run as the platform runs it: no privileges, little memory, a root that cannot be written to. */
import { run, type Outcome } from './run.ts';

export interface ImageConfig {
  readonly User: string;
  readonly Env: readonly string[];
  readonly Entrypoint: readonly string[];
  readonly Labels: Readonly<Record<string, string>>;
}

export interface RunOptions {
  /** 'host' where it has to reach a server on this machine. */
  readonly network?: 'host' | 'none';
  readonly entrypoint?: string;
  readonly workdir?: string;
}

const CONFINED = ['--user', '1000:1000', '--memory', '512m', '--cap-drop', 'ALL'].concat(
  '--security-opt',
  'no-new-privileges',
);

export class Image {
  readonly #name: string;
  readonly #folder: string;
  readonly #containers = new Set<string>();

  /** `folder` is what a container finds in /config. */
  constructor(name: string, folder: string) {
    this.#name = name;
    this.#folder = folder;
  }

  async config(): Promise<ImageConfig> {
    const [image] = JSON.parse(await docker('image', 'inspect', this.#name)) as { Config: ImageConfig }[];
    if (!image) throw new Error(`There is no image ${this.#name}.`);
    return image.Config;
  }

  async run(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
    return this.#run(['--rm', '--read-only', ...flags(options)], args);
  }

  /** What a run with a root that can be written to leaves behind there, as `docker diff` tells it. */
  async changes(args: readonly string[], options: RunOptions = {}): Promise<string[]> {
    const name = this.#nextName();
    const { code, stdout } = await this.#run(flags(options), args, name);
    if (code !== 0) throw new Error(`${args[0]} ended with ${code}: ${stdout.slice(-1000)}`);
    const changes = (await docker('diff', name)).split('\n').filter(Boolean);
    return changes.filter((change) => change !== 'A /config'); // the mount itself
  }

  /** Removes whatever containers are left. */
  async dispose(): Promise<void> {
    if (this.#containers.size > 0) await run('docker', ['rm', '--force', ...this.#containers]);
  }

  async #run(before: readonly string[], args: readonly string[], name = this.#nextName()): Promise<Outcome> {
    const mount = ['--volume', `${this.#folder}:/config:ro`];
    const all = ['run', '--name', name, ...CONFINED, ...mount, ...before, this.#name, ...args];
    const { stderr, ...outcome } = await run('docker', all);
    // The engine's own word on a host without swap accounting.
    return { ...outcome, stderr: stderr.replace(/^WARNING: Your kernel does not support .*\n/gm, '') };
  }

  #nextName(): string {
    const name = `source-test-${process.pid}-${this.#containers.size}`;
    this.#containers.add(name);
    return name;
  }
}

function flags({ network = 'none', entrypoint, workdir }: RunOptions): string[] {
  return [
    ...['--network', network],
    ...(entrypoint === undefined ? [] : ['--entrypoint', entrypoint]),
    ...(workdir === undefined ? [] : ['--workdir', workdir]),
  ];
}

async function docker(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run('docker', args);
  if (code !== 0) throw new Error(`docker ${args.join(' ')}: ${stderr.trim()}`);
  return stdout;
}
