/** Sessions of engage: what its first page found is what the later ones show, whatever happens meanwhile. */
import { hash } from '../../kit/random.ts';
import type { Profile } from '../contract.ts';

export interface Found {
  readonly length: number;
  at(index: number): Profile | undefined;
}

interface Session {
  /** What it was asked for: it is good for nothing else. */
  readonly request: string;
  readonly found: Found;
}

export class Sessions {
  readonly #seed: number;
  #begun = 0;
  #sessions = new Map<string, Session>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  begin(session: Session): string {
    this.#begun += 1;
    const id = `${hash(`${this.#seed}/session/${this.#begun}`)}-${this.#begun}-EXAMPL`;
    this.#sessions.set(id, session);
    return id;
  }

  find(id: string, request: string): Found | undefined {
    const session = this.#sessions.get(id);
    return session?.request === request ? session.found : undefined;
  }

  expire(): void {
    this.#sessions.clear();
  }
}
