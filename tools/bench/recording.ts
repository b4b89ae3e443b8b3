/**
 * All adverts and announcements on the segment with the kernel's times.
 *
 * @module
 */

import type { Lab } from "../../tests/lab/lab.ts";
import type { Program } from "../../tests/lab/program.ts";
import { type Patience, until } from "../../tests/lab/wait.ts";
import { type Frame, readRecords, RECORD } from "./frame.ts";

/** A running capture. What it took is read when somebody asks. */
export class Recording {
  readonly #program: Program;
  readonly #path: string;
  readonly #frames: Frame[] = [];

  private constructor(program: Program, path: string) {
    this.#program = program;
    this.#path = path;
  }

  /** Start to record; everything sent after this is seen. */
  static async start(lab: Lab): Promise<Recording> {
    const script = new URL("capture_frames.ts", import.meta.url).pathname;
    const path = `${lab.directory}/${crypto.randomUUID()}.frames`;
    const program = lab.spawn([
      ...[Deno.execPath(), "run", "-A", "--no-prompt", script, "br0", path],
    ]);
    await program.waitFor((line) => line === "capturing");
    return new Recording(program, path);
  }

  /**
   * Everything up to some 20 ms ago, in order of time.
   *
   * @throws {Error} When frames were lost or the capture ended.
   */
  frames(): readonly Frame[] {
    if (!this.#program.running || this.#program.lines.includes("lost")) {
      throw new Error(`Lost frames: ${this.#program.lines.slice(-5)}`);
    }
    using file = Deno.openSync(this.#path);
    file.seekSync(this.#frames.length * RECORD, Deno.SeekMode.Start);
    const bytes = new Uint8Array(
      file.statSync().size - this.#frames.length * RECORD,
    );
    const length = file.readSync(bytes) ?? 0;
    for (const frame of readRecords(bytes.subarray(0, length))) {
      this.#frames.push(frame);
    }
    return this.#frames;
  }

  /** Record no more; what was recorded is lost. */
  async stop(): Promise<void> {
    await this.#program.stop();
    await Deno.remove(this.#path);
  }

  /** Adverts from one source in order of time. */
  adverts(source: string): Frame[] {
    return this.frames().filter(({ kind, address }) =>
      kind === "advert" && address === source
    );
  }

  /** Wait for the first frame that is wanted. */
  waitFor(
    isWanted: (frame: Frame) => boolean,
    patience: Patience,
  ): Promise<Frame> {
    let next = 0;
    return until(() => {
      const frames = this.frames();
      for (; next < frames.length; next++) {
        const frame = frames[next];
        if (frame !== undefined && isWanted(frame)) return frame;
      }
      return null;
    }, patience);
  }
}
