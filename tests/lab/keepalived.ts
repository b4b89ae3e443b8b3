/**
 * Debian's keepalived as a peer.
 *
 * @module
 */

import type { Host } from "./lab.ts";
import { hasEnded, type Program } from "./program.ts";
import { keepalivedConf, type RouterOptions } from "./router.ts";
import { type Patience, until } from "./wait.ts";

/** A running keepalived. */
export interface Keepalived {
  /** Its process and log. */
  readonly program: Program;
  /** Process id of its VRRP process. */
  readonly child: number;
  /** Wait for a log line with these words, such as `Entering MASTER STATE`. */
  waitForLog(words: string, patience?: Patience): Promise<void>;
  /** Kill parent and child as a crash of the machine would. */
  crash(): Promise<void>;
  /** Stop it in order. */
  stop(): Promise<number>;
}

/**
 * Start keepalived on a host; its VRRP process is running when this returns.
 *
 * @param configuration Its configuration file, or what {@link keepalivedConf}
 *   makes one of.
 */
export async function startKeepalived(
  host: Host,
  configuration: string | RouterOptions,
): Promise<Keepalived> {
  const base = `${host.directory}/${crypto.randomUUID()}`;
  const pidFile = `${base}.vrrp.pid`;
  await Deno.writeTextFile(
    `${base}.conf`,
    typeof configuration === "string"
      ? configuration
      : keepalivedConf(configuration),
  );
  const program = host.spawn([
    ...["keepalived", "-P", "-n", "-l", "-D", "-f", `${base}.conf`],
    ...["-p", `${base}.pid`, "-r", pidFile],
  ]);
  const child = await until(
    async () =>
      Number(await Deno.readTextFile(pidFile).catch(() => "")) || null,
    { what: "the pid of keepalived's VRRP process" },
  ).catch((error) => {
    throw new Error(program.lines.join("\n"), { cause: error });
  });
  return {
    program,
    child,
    waitForLog: async (words, patience) => {
      await program.waitFor((line) => line.includes(words), {
        what: `"${words}"`,
        ...patience,
      });
    },
    crash: async () => {
      // The child first: it would stop in order when its parent died.
      try {
        Deno.kill(child, "SIGKILL");
      } catch (error) {
        if (!hasEnded(error)) throw error;
      }
      await program.stop("SIGKILL");
    },
    stop: () => program.stop("SIGTERM"),
  };
}
