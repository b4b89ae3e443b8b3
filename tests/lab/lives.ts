/**
 * A daemon that lives and dies again and again on one host, with a record of
 * when nobody served there and of what was left behind.
 *
 * @module
 */

import { ok, strictEqual } from "node:assert/strict";
import { constants } from "node:os";
import { Alived } from "./alived.ts";
import type { Host } from "./lab.ts";
import { Monitor } from "./monitor.ts";
import type { Program } from "./program.ts";
import { type RouterOptions, VIP } from "./router.ts";
import type { Span } from "./spans.ts";
import {
  DOUBTFUL,
  FATAL,
  type Fate,
  isOneOf,
  START,
  type Strike,
} from "./strikes.ts";
import { now, sleep, until } from "./wait.ts";

/** A start, or a stop, on a machine that others use too. */
const PATIENT = 120_000;
/** Milliseconds of some lives that others end at their starts. */
const FOR_OTHERS = 300_000;

/** Who of several hosts has a daemon that has started. */
export class Company {
  readonly #expected: number;
  readonly #present = new Set<Host>();

  /** @param expected How many hosts there are. */
  constructor(expected: number) {
    this.#expected = expected;
  }

  /** Note whether a host's daemon has started, or needs no waiting for. */
  note(host: Host, present: boolean): void {
    if (present) this.#present.add(host);
    else this.#present.delete(host);
  }

  /** Wait until all are there at once. */
  async complete(): Promise<void> {
    await until(() => this.#present.size === this.#expected, {
      what: "the others",
      within: FOR_OTHERS,
    });
  }
}

/** What is seen of the lives on a host. */
export interface Chronicle {
  /** What the kernel says of its addresses. */
  readonly monitor: Monitor;
  /** When nobody served: from a death to the end of the next whole start. */
  readonly unserved: Span[];
  /** Milliseconds that each whole start took. */
  readonly starts: number[];
  /** Milliseconds that each address was left for. */
  readonly leftFor: number[];
  /** All signals that were sent. */
  readonly sent: Deno.Signal[];
}

/** A signal that was sent to a daemon. */
interface Blow extends Strike {
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Whether it had started by then. */
  readonly started: boolean;
}

/** What a daemon that died leaves to the next one. */
interface Legacy {
  /** Milliseconds since the epoch. */
  readonly died: number;
  /** How much had been heard of the address by then. */
  readonly heard: number;
  /** Whether it was there still. */
  readonly held: boolean;
}

/** One host. */
export class Lives {
  /** What is seen of it. */
  readonly chronicle: Chronicle;
  readonly #host: Host;
  readonly #router: RouterOptions;
  readonly #company: Company;
  #legacy: Legacy;

  private constructor(
    host: Host,
    router: RouterOptions,
    company: Company,
    monitor: Monitor,
  ) {
    this.#host = host;
    this.#router = router;
    this.#company = company;
    this.#legacy = { died: now(), heard: 0, held: false };
    const lists = { unserved: [], starts: [], leftFor: [], sent: [] };
    this.chronicle = { monitor, ...lists };
  }

  /** Get ready on a host that has no daemon yet. */
  static async on(
    host: Host,
    router: RouterOptions,
    company: Company,
  ): Promise<Lives> {
    return new Lives(host, router, company, await Monitor.start(host));
  }

  /**
   * Live once.
   *
   * @throws {AssertionError} When an address outlives its daemon for longer
   *   than it may, or a daemon ends otherwise than it was told to.
   */
  async live(fate: Fate): Promise<void> {
    const spawned = now();
    const alived = await Alived.start(this.#host, this.#router, {
      // The fatal ones leave no core files here.
      through: ["prlimit", "--core=0"],
    });
    const { program } = alived;
    let started = false;
    const start = program.waitFor((line) => line.includes('"to":"BACKUP"'), {
      within: PATIENT,
    }).then(() => {
      started = true;
      this.#company.note(this.#host, true);
      this.chronicle.starts.push(now() - spawned);
      return this.#checkLegacy(program.lines);
    }, (error) => {
      // It was struck before; what it left is for the next one.
      if (program.running) throw error;
    });
    if (fate.from !== "spawn") await start;
    if (fate.from === "met") await this.#company.complete();
    const blows = await this.#strike(program, fate.strikes, () => started);
    const code = await program.endsWithin(PATIENT);
    ok(code !== null, this.#tell("does not end", program.lines));
    await start;
    this.#company.note(this.#host, false);
    const killed = judgeEnd(blows, code, program.lines);
    // A start that was stopped has ended as well.
    if (killed === null && !started) await this.#checkLegacy(program.lines);
    if (killed === null || started) await this.#bury(killed);
    await sleep(fate.pause);
  }

  async #strike(
    program: Program,
    strikes: readonly Strike[],
    hasStarted: () => boolean,
  ): Promise<Blow[]> {
    const blows: Blow[] = [];
    for (const { signal, after } of strikes) {
      await sleep(hasStarted() ? after : after * this.#slowness());
      if (!program.running) break;
      blows.push({ signal, after, time: now(), started: hasStarted() });
      program.kill(signal);
      this.chronicle.sent.push(signal);
    }
    return blows;
  }

  /** Start once more, for what the last one left, and stop. */
  async finish(): Promise<void> {
    const strikes = [{ signal: "SIGTERM", after: 0 }] as const;
    await this.live({ from: "started", strikes, pause: 0 });
    this.#company.note(this.#host, true);
  }

  /** Times that a start takes longer here than on an idle machine. */
  #slowness(): number {
    return Math.max(1, (this.chronicle.starts.at(-1) ?? START) / START);
  }

  /** With its start over, nothing is there of what was before. */
  async #checkLegacy(lines: readonly string[]): Promise<void> {
    const { died, heard, held } = this.#legacy;
    const { monitor, unserved, leftFor } = this.chronicle;
    unserved.push({ from: died, to: now() });
    await monitor.catchUp();
    if (!held) return;
    const gone = monitor.addresses(VIP).slice(heard).find(({ gone }) => gone);
    ok(gone !== undefined, this.#tell("has an address left", lines));
    leftFor.push(gone.time - died);
  }

  /**
   * See what one that served leaves: nothing, unless it was killed.
   *
   * @param killed Milliseconds since the epoch, or null.
   */
  async #bury(killed: number | null): Promise<void> {
    const { monitor } = this.chronicle;
    await monitor.catchUp();
    const events = monitor.addresses(VIP);
    const held = events.at(-1)?.gone === false;
    ok(killed !== null || !held, this.#tell("ended and left its address", []));
    const heard = events.length;
    this.#legacy = { died: killed ?? now(), heard, held };
  }

  #tell(what: string, lines: readonly string[]): string {
    return `${this.#host.name} ${what}:\n${lines.slice(-20).join("\n")}`;
  }
}

/**
 * Hold an end against the signals that led to it.
 *
 * @returns When it was dead: milliseconds since the epoch, or null when it was
 *   its own end.
 */
function judgeEnd(
  blows: readonly Blow[],
  code: number,
  lines: readonly string[],
): number | null {
  const told = `${JSON.stringify(blows)} → ${code}\n${
    lines.slice(-20).join("\n")
  }`;
  if (code < 128) {
    strictEqual(code, 0, told);
    return null;
  }
  const numbers: Readonly<Record<string, number>> = constants.signals;
  const deadly = blows.find(({ signal }) => numbers[signal] === code - 128);
  ok(deadly !== undefined, told);
  // Before its first line of JavaScript any signal ends it.
  ok(!deadly.started || isOneOf([...FATAL, ...DOUBTFUL], deadly.signal), told);
  return deadly.time;
}
