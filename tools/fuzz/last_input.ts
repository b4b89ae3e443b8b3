/**
 * The input that a thread is at, where another thread sees it: of one that
 * never ends nothing else could be known.
 *
 * @module
 */

const HEADER = 8;

/** An input in shared memory. */
export class LastInput {
  readonly #numbers: Int32Array;
  readonly #bytes: Uint8Array;

  /** @param memory Of {@linkcode memoryFor}. */
  constructor(memory: SharedArrayBuffer) {
    this.#numbers = new Int32Array(memory, 0, 2);
    this.#bytes = new Uint8Array(memory, HEADER);
  }

  /** Say which is the next. */
  put(input: Uint8Array): void {
    this.#bytes.set(input);
    Atomics.store(this.#numbers, 1, input.length);
    Atomics.add(this.#numbers, 0, 1);
  }

  /** How many there were, modulo 2³². */
  get count(): number {
    return Atomics.load(this.#numbers, 0);
  }

  /** The newest. */
  get input(): Uint8Array {
    return this.#bytes.slice(0, Atomics.load(this.#numbers, 1));
  }
}

/** Memory for inputs of at most so many bytes. */
export function memoryFor(maxLength: number): SharedArrayBuffer {
  return new SharedArrayBuffer(HEADER + maxLength);
}
