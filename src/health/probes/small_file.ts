/**
 * Reading what may hang: a file on a dead network file system keeps a thread
 * of the runtime until the server is back, so nobody asks for the same path
 * twice at a time.
 *
 * @module
 */

/** Bytes that are read of a file. */
const LIMIT = 64;

/** What a regular file is. */
export interface SmallFile {
  /** Last modification in milliseconds since 1970. */
  readonly modified: number;
  /** Its first 64 bytes as text. */
  readonly text: string;
}

const underWay = new Map<string, Promise<SmallFile>>();

/**
 * Read the beginning of a regular file.
 *
 * @param path Absolute path.
 * @throws {Error} When there is no such file or it cannot be read.
 * @throws The reason of the signal; the reading goes on.
 */
export function readSmallFile(
  path: string,
  signal: AbortSignal,
): Promise<SmallFile> {
  let reading = underWay.get(path);
  if (reading === undefined) {
    reading = read(path).finally(() => underWay.delete(path));
    underWay.set(path, reading);
  }
  return abandonable(reading, signal);
}

/**
 * Wait for something that cannot be aborted, until the signal is. What it was
 * doing goes on.
 *
 * @throws What `promise` throws, or the reason of the signal.
 */
export function abandonable<T>(
  promise: Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener("abort", abort);
    if (signal.aborted) abort();
    promise.then(resolve, reject).finally(() =>
      signal.removeEventListener("abort", abort)
    );
  });
}

async function read(path: string): Promise<SmallFile> {
  // Opening a pipe would wait for a writer.
  const { isFile, mtime } = await Deno.stat(path);
  if (!isFile) throw new Deno.errors.InvalidData(`"${path}" is not a file`);
  using file = await Deno.open(path);
  const buffer = new Uint8Array(LIMIT);
  const count = await file.read(buffer) ?? 0;
  return {
    modified: mtime?.getTime() ?? 0,
    text: new TextDecoder().decode(buffer.subarray(0, count)),
  };
}
