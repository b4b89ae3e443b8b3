/**
 * A service manager that alived tells about itself.
 *
 * @module
 */

import type { Host } from "./lab.ts";
import type { Program } from "./program.ts";
import type { Patience } from "./wait.ts";

/** What it was told. */
export interface Notice {
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Such as `READY=1`. */
  readonly text: string;
}

/** A running one. */
export class FakeServiceManager {
  /** Environment of a service that it starts. */
  readonly env: Readonly<Record<string, string>>;
  readonly #program: Program;

  private constructor(program: Program, env: Record<string, string>) {
    this.#program = program;
    this.env = env;
  }

  /**
   * Start it.
   *
   * @param watchdog Milliseconds in which it must be fed, or none.
   */
  static async start(
    host: Host,
    { watchdog }: { readonly watchdog?: number } = {},
  ): Promise<FakeServiceManager> {
    const path = `${host.directory}/notify`;
    const script = new URL("listen_notify.ts", import.meta.url).pathname;
    const program = host.spawn([
      ...[Deno.execPath(), "run", "-A", "--no-prompt", script, path],
    ]);
    await program.waitFor((line) => line === "listening");
    return new FakeServiceManager(program, {
      NOTIFY_SOCKET: path,
      ...watchdog === undefined
        ? {}
        : { WATCHDOG_USEC: String(watchdog * 1_000) },
    });
  }

  /** All that it was told so far, or only what begins with these words. */
  notices(words = ""): Notice[] {
    return this.#program.lines.map(parseNotice).filter((notice) =>
      notice?.text.startsWith(words)
    ) as Notice[];
  }

  /**
   * Wait until it is told something that begins with these words.
   *
   * @param after Milliseconds since the epoch that it has to be later than.
   */
  told(
    words: string,
    { after = 0, ...patience }: Patience & { readonly after?: number } = {},
  ): Promise<Notice> {
    return this.#program.waitFor((line) => {
      const notice = parseNotice(line);
      return notice !== null && notice.text.startsWith(words) &&
          notice.time > after
        ? notice
        : null;
    }, { what: words, ...patience });
  }
}

function parseNotice(line: string): Notice | null {
  const [, time, text = ""] = /^(\d+\.\d) (.*)$/.exec(line) ?? [];
  return time === undefined ? null : { time: Number(time), text };
}
