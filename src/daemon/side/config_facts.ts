/**
 * What is remembered of the configuration file: which bytes are in force, and
 * what became of the last reload.
 *
 * @module
 */

/** Most bytes that a file in force may have: a longer one is another. */
const MAX_BYTES = 1024 * 1024;

/** What is known of the configuration. */
export interface ConfigStatus {
  /** Path of the file. */
  readonly path: string;
  /** When what is in force was read, in milliseconds since 1970 UTC. */
  readonly loaded: number;
  /** SHA-256 of its bytes, in hexadecimal digits. */
  readonly sha256: string;
  /** Whether the file is another one now; null when it cannot be read. */
  readonly isChanged: boolean | null;
  /** When the last reload was, or else the start. */
  readonly reloadedAt: number;
  /** Whether that was applied. */
  readonly isApplied: boolean;
}

/** Remembers the file. */
export class ConfigFacts {
  readonly #path: string;
  #sha256: Promise<string>;
  #loaded: number;
  #reloadedAt: number;
  #isApplied = true;
  /** What the file was like, and what it said, when it was looked at last. */
  #seen: { readonly like: string; readonly sha256: string } | null = null;

  /**
   * @param bytes What was read of the file.
   * @param time When, in milliseconds since 1970 UTC.
   */
  constructor(path: string, bytes: Uint8Array<ArrayBuffer>, time: number) {
    this.#path = path;
    this.#sha256 = digest(bytes);
    this.#loaded = time;
    this.#reloadedAt = time;
  }

  /** A reload put these bytes in force. */
  applied(bytes: Uint8Array<ArrayBuffer>, time: number): void {
    this.#sha256 = digest(bytes);
    this.#loaded = time;
    this.#reloadedAt = time;
    this.#isApplied = true;
  }

  /** A reload changed nothing: the file cannot be used, or it failed. */
  refused(time: number): void {
    this.#reloadedAt = time;
    this.#isApplied = false;
  }

  /** All of it, and how the file is now. */
  async status(): Promise<ConfigStatus> {
    const sha256 = await this.#sha256;
    const now = await this.#onDisk();
    return {
      path: this.#path,
      loaded: this.#loaded,
      sha256,
      isChanged: now === null ? null : now !== sha256,
      reloadedAt: this.#reloadedAt,
      isApplied: this.#isApplied,
    };
  }

  /** What the file says now; it is read when it is not as it was. */
  async #onDisk(): Promise<string | null> {
    try {
      const info = await Deno.stat(this.#path);
      if (!info.isFile) return null;
      if (info.size > MAX_BYTES) return "longer";
      const { dev, ino, size, mtime, ctime } = info;
      const like = [dev, ino, size, mtime?.getTime(), ctime?.getTime()].join();
      if (this.#seen?.like !== like) {
        const sha256 = await digest(await Deno.readFile(this.#path));
        this.#seen = { like, sha256 };
      }
      return this.#seen.sha256;
    } catch {
      return null;
    }
  }
}

async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  // Programs that are compiled by the fallback have no toHex().
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  );
}
