/**
 * The file that tells the next daemon what this one held.
 *
 * @module
 */

import {
  makeDirectory,
  readRegularFile,
  replaceFile,
} from "../../../ffi/file.ts";
import { EFBIG, ENOENT, SyscallError } from "../../../ffi/libc.ts";
import { Failure, type RecordFile } from "../port.ts";
import { failureOf, orFailure, refusal } from "./failure.ts";

/** Most bytes of a record: some 30,000 addresses. */
export const MAX_RECORD = 4 << 20;

/** A file in a directory that only root writes. */
export class DiskRecord implements RecordFile {
  readonly #path: string;

  /** @param path Absolute path. */
  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Its text.
   *
   * @returns EINVAL when it is longer than 4 MiB or no regular file.
   */
  read(): string | null | Failure {
    const text = orFailure(() => readRegularFile(this.#path, MAX_RECORD));
    return text instanceof Failure && text.errno === ENOENT ? null : text;
  }

  /**
   * Replace it whole; the directory is made when it is missing.
   *
   * @returns EFBIG for what could not be read again.
   */
  write(text: string): Failure | null {
    if (new TextEncoder().encode(text).length > MAX_RECORD) {
      return failureOf(new SyscallError(`write "${this.#path}"`, EFBIG));
    }
    const failure = this.#replace(text);
    if (failure?.errno !== ENOENT) return failure;
    const directory = this.#path.replace(/\/[^/]*$/, "");
    return refusal(() => makeDirectory(directory)) ?? this.#replace(text);
  }

  #replace(text: string): Failure | null {
    return refusal(() => replaceFile(this.#path, text));
  }
}
