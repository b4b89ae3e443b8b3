/**
 * What passes between two daemons, of which one hands over to the other: a line
 * of JSON each, by the pipes that the new one was started with.
 *
 * @module
 */

import type { Settings } from "../../config/settings.ts";
import type { CheckStatus } from "../../health/check.ts";
import type { KnownCheck } from "../../health/runner.ts";
import {
  among,
  flag,
  list,
  Misshapen,
  nullable,
  number,
  object,
  type Shape,
  text,
  variant,
} from "../../vrrp/shape.ts";

/** Variable that tells a new daemon the process id of the one before it. */
export const TAKE_OVER = "ALIVED_TAKE_OVER";

/** From the new daemon. */
export type FromSuccessor =
  /** It has come as far as it can while the other one serves. */
  | {
    readonly type: "prepared";
    /** Number of the shape that it understands. */
    readonly handOver: number;
    /** Its version. */
    readonly version: string;
    /** Its virtual routers, see {@linkcode routersOf}. */
    readonly routers: readonly string[];
  }
  /** It has the locks, and hears. */
  | { readonly type: "armed" }
  /** It serves. */
  | { readonly type: "serving" }
  /** It does not take over, and ends. */
  | { readonly type: "refused"; readonly why: string };

/** From the daemon that hands over. */
export type FromPredecessor =
  /** The lock of the run directory is free. */
  | { readonly type: "arm" }
  /** Serve from now on. */
  | {
    readonly type: "takeOver";
    /** What the core knew. */
    readonly state: string;
    /** What is known of checks. */
    readonly checks: readonly KnownCheck[];
  }
  /** The service manager knows; this process ends. */
  | {
    readonly type: "done";
    /** A signal that asked it to stop meanwhile, or null. */
    readonly stop: string | null;
    /** Whether it was asked to reload meanwhile. */
    readonly reload: boolean;
  };

const checkStatus: Shape<CheckStatus> = object<CheckStatus>({
  check: text,
  up: nullable(flag),
  value: nullable(number),
  detail: text,
  since: number,
  streak: number,
  isRunning: flag,
  last: list(object<CheckStatus["last"][number]>({
    time: number,
    duration: number,
    ok: nullable(flag),
    detail: text,
  })),
  runs: object<CheckStatus["runs"]>({
    ok: number,
    fail: number,
    timeout: number,
  }),
});

type SuccessorOf<Type extends FromSuccessor["type"]> = Extract<
  FromSuccessor,
  { readonly type: Type }
>;
type PredecessorOf<Type extends FromPredecessor["type"]> = Extract<
  FromPredecessor,
  { readonly type: Type }
>;

const fromSuccessor: Shape<FromSuccessor> = variant<FromSuccessor>("type", {
  prepared: object<SuccessorOf<"prepared">>({
    type: among("prepared"),
    handOver: number,
    version: text,
    routers: list(text),
  }),
  armed: object<SuccessorOf<"armed">>({ type: among("armed") }),
  serving: object<SuccessorOf<"serving">>({ type: among("serving") }),
  refused: object<SuccessorOf<"refused">>({
    type: among("refused"),
    why: text,
  }),
});

const fromPredecessor: Shape<FromPredecessor> = variant<FromPredecessor>(
  "type",
  {
    arm: object<PredecessorOf<"arm">>({ type: among("arm") }),
    takeOver: object<PredecessorOf<"takeOver">>({
      type: among("takeOver"),
      state: text,
      checks: list(
        object<KnownCheck>({ settings: text, status: checkStatus }),
      ),
    }),
    done: object<PredecessorOf<"done">>({
      type: among("done"),
      stop: nullable(text),
      reload: flag,
    }),
  },
);

/** Read a line of the new daemon; null for what is none of these. */
export function readSuccessor(line: string): FromSuccessor | null {
  return read(fromSuccessor, line);
}

/** Read a line of the daemon before; null for what is none of these. */
export function readPredecessor(line: string): FromPredecessor | null {
  return read(fromPredecessor, line);
}

function read<T>(shape: Shape<T>, line: string): T | null {
  try {
    return shape(JSON.parse(line));
  } catch (error) {
    if (error instanceof Misshapen || error instanceof SyntaxError) return null;
    throw error;
  }
}

/** The virtual routers of a configuration, each as peers know it, sorted. */
export function routersOf(
  { instances }: Pick<Settings, "instances">,
): readonly string[] {
  return instances.map(({ name, interface: link, ...router }) => {
    const { family, version, virtualRouterId } = router;
    return JSON.stringify([name, link, family, version, virtualRouterId]);
  }).sort();
}

/** The lines of a stream; one that is not ended by its end is none. */
export async function* linesOf(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<string> {
  let parts: string[] = [];
  for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
    const [first = "", ...more] = chunk.split("\n");
    parts.push(first);
    for (const next of more) {
      yield parts.join("");
      parts = [next];
    }
  }
}
