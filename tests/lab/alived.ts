/**
 * The program under test on a host of the lab: from its sources, or the binary
 * that `ALIVED_BIN` names.
 *
 * @module
 */

import type { Host } from "./lab.ts";
import type { Program } from "./program.ts";
import { alivedYaml, INSTANCE, type RouterOptions } from "./router.ts";
import { testedDeno } from "./tested_deno.ts";
import { PATIENCE, type Patience, until } from "./wait.ts";

/** One line of its log. */
export interface LogEvent {
  readonly time: string;
  readonly level: string;
  readonly message: string;
  readonly event?: string;
  readonly instance?: string;
  readonly interface?: string;
  /** Address of another router. */
  readonly source?: string;
  readonly sourcePriority?: number;
  readonly from?: string;
  readonly to?: string;
  readonly reason?: string;
  readonly cause?: string;
  readonly peer?: string | null;
  readonly peerPriority?: number;
  readonly ownPriority?: number;
  readonly silentFor?: number;
  readonly count?: number;
  readonly check?: string;
  readonly sent?: number;
  readonly received?: number;
  readonly dropped?: Readonly<Record<string, number>>;
  readonly pid?: number;
  readonly took?: number;
}

/** A state as logs name it. */
export type StateName = "INIT" | "BACKUP" | "MASTER" | "FAULT";

/** How it is started besides its configuration. */
export interface AlivedOptions {
  /** Run directory, kept over restarts; the host's own unless told. */
  readonly runDirectory?: string;
  /** State directory, kept over restarts; the host's own unless told. */
  readonly stateDirectory?: string;
  /** Program and arguments to put before it, such as `setpriv`. */
  readonly through?: readonly string[];
  /** Environment variables to add. */
  readonly env?: Readonly<Record<string, string>>;
  /** Module to run from its source in place of the program. */
  readonly module?: URL;
  /** Flags of Deno to add, where a module is run. */
  readonly flags?: readonly string[];
  /** Deno that runs it from its source; {@linkcode testedDeno} unless told. */
  readonly deno?: string;
}

const MAIN = new URL("../../main.ts", import.meta.url);

/** Command line of the program under test. */
export function alivedCommand(...args: string[]): string[] {
  const binary = Deno.env.get("ALIVED_BIN");
  if (binary !== undefined) return [binary, ...args];
  return sourceCommand(MAIN, args);
}

function sourceCommand(
  { pathname }: URL,
  args: readonly string[],
  deno = testedDeno(),
  flags: readonly string[] = [],
): string[] {
  const usual = ["-A", "--no-prompt", "--cached-only"];
  return [deno, "run", ...usual, ...flags, pathname, ...args];
}

/** Directory that the host's alived keeps its lock and records in. */
export function runDirectoryOf(host: Host): string {
  return `${host.directory}/run`;
}

/** Directory that the host's alived keeps orders to drain in. */
export function stateDirectoryOf(host: Host): string {
  return `${host.directory}/state`;
}

/** A running alived. */
export class Alived {
  /** Its process and its log lines as they came. */
  readonly program: Program;
  /** Its configuration file; change it and send SIGHUP. */
  readonly file: string;

  private constructor(program: Program, file: string) {
    this.program = program;
    this.file = file;
  }

  /**
   * Start it without waiting for anything.
   *
   * @param configuration YAML text, or what {@link alivedYaml} makes one of.
   */
  static async start(
    host: Host,
    configuration: string | RouterOptions,
    options: AlivedOptions = {},
  ): Promise<Alived> {
    const { through = [], env = {}, module, deno, flags } = options;
    const { runDirectory = runDirectoryOf(host) } = options;
    const { stateDirectory = stateDirectoryOf(host) } = options;
    const file = `${host.directory}/${crypto.randomUUID()}.yaml`;
    await Deno.writeTextFile(
      file,
      typeof configuration === "string"
        ? configuration
        : alivedYaml(configuration),
      { mode: 0o600 },
    );
    const directories = [
      ...["--run-directory", runDirectory],
      ...["--state-directory", stateDirectory],
    ];
    const args = ["run", "-c", file, ...directories];
    const command = module === undefined && deno === undefined
      ? alivedCommand(...args)
      : sourceCommand(module ?? MAIN, args, deno, flags);
    return new Alived(host.spawn([...through, ...command], { env }), file);
  }

  /** Everything it logged that is JSON. */
  events(): LogEvent[] {
    return this.program.lines.map(parseEvent).filter((event) => event !== null);
  }

  /** The transitions of an instance in the order they were logged. */
  transitions(instance = INSTANCE): LogEvent[] {
    return this.events().filter((event) =>
      event.event === "transition" && event.instance === instance
    );
  }

  /** The states an instance went through, such as `["BACKUP", "MASTER"]`. */
  states(instance = INSTANCE): string[] {
    return this.transitions(instance).map(({ to }) => to ?? "");
  }

  /** Wait until the newest transition of an instance is into `state`. */
  async waitForState(
    state: StateName,
    { within = 1.5 * PATIENCE, instance = INSTANCE }: Patience & {
      readonly instance?: string;
    } = {},
  ): Promise<LogEvent> {
    const newest = (): LogEvent | "ended" | null => {
      const transition = this.transitions(instance).at(-1);
      if (transition?.to === state) return transition;
      return this.program.running ? null : "ended";
    };
    const found = await until(newest, { within }).catch(() =>
      this.#fail(`was not ${state} within ${within} ms`)
    );
    return found === "ended" ? this.#fail(`ended before ${state}`) : found;
  }

  /** Wait for a log event that `find` says yes to. */
  waitForEvent(
    find: (event: LogEvent) => boolean,
    patience: Patience & { readonly from?: number } = {},
  ): Promise<LogEvent> {
    return this.program.waitFor((line) => {
      const event = parseEvent(line);
      return event !== null && find(event) ? event : null;
    }, { what: "a log event", ...patience });
  }

  /** Counters as logged at its end. */
  counters(instance = INSTANCE): LogEvent {
    const event = this.events().findLast((event) =>
      event.event === "counters" && event.instance === instance
    );
    return event ?? this.#fail("logged no counters");
  }

  /** Stop it in order and give its exit code. */
  stop(): Promise<number> {
    return this.program.stop("SIGTERM");
  }

  /** Kill it so that it can do nothing more. */
  async crash(): Promise<void> {
    await this.program.stop("SIGKILL");
  }

  #fail(why: string): never {
    throw new Error(
      `${this.program.name} ${why}:\n${
        this.program.lines.slice(-30).join("\n")
      }`,
    );
  }
}

function parseEvent(line: string): LogEvent | null {
  if (!line.startsWith("{")) return null;
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
