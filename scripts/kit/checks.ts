/** Things that have to hold, told one a line. */
export class Checks {
  #passed = 0;
  #failed = 0;

  async that(what: string, holds: () => void | Promise<void>): Promise<void> {
    try {
      await holds();
      this.#passed += 1;
      console.log(`ok    ${what}`);
    } catch (error) {
      this.#failed += 1;
      const why = error instanceof Error ? error.message : String(error);
      console.log(`FAIL  ${what}\n      ${why.trim().replaceAll('\n', '\n      ')}`);
    }
  }

  /** Prints the sum; true where everything held. */
  end(): boolean {
    console.log(`${this.#passed} passed, ${this.#failed} failed`);
    return this.#failed === 0;
  }
}
