/**
 * Orders: what the control socket takes beside questions.
 *
 * @module
 */

import * as v from "valibot";
import { json, refuse, silent } from "./answer.ts";
import { readBody, type Suggest } from "./body.ts";
import {
  CONTROL_LOG_LEVELS,
  type DaemonPort,
  type Failover,
  type Outcome,
  type Silence,
  type Targets,
} from "./daemon_port.ts";
import type { InstanceStatus, Status } from "./snapshot.ts";

/** What an order is made with. */
export interface OrderContext {
  readonly request: Request;
  readonly daemon: DaemonPort;
  readonly suggest: Suggest;
}

/** Seconds for which an order can be given: a year. */
const LONGEST = 366 * 86_400;

const line = (most: number): v.GenericSchema<unknown, string> => {
  const message = `must be one line of 1 to ${most} characters`;
  return v.pipe(
    v.string(message),
    v.minLength(1, message),
    v.maxLength(most, message),
    v.regex(/^\P{C}+$/u, message),
  );
};
const flag = v.optional(v.boolean("must be true or false"), false);
const SPAN = `must be a number of seconds above 0 and up to ${LONGEST}`;
const span = v.nullish(
  v.pipe(v.number(SPAN), v.gtValue(0, SPAN), v.maxValue(LONGEST, SPAN)),
  null,
);
const names = v.pipe(
  v.array(v.string("must be a name"), "must be a list of names"),
  v.minLength(1, "must name an instance"),
  v.maxLength(10_000, "names too many instances"),
);
const NAMES_OR_ALL = 'must be a list of names, or "all"';
const targets = v.union([names, v.literal("all")], NAMES_OR_ALL);
const by = v.nullish(line(64), null);

const DRAIN = {
  instances: targets,
  /** Seconds until it ends by itself. */
  for_seconds: span,
  reason: v.nullish(line(200), null),
  by,
  last_resort: flag,
  /** Whether to do it although nobody else is known to serve. */
  yes: flag,
};

/** `POST /v1/drain` */
export async function drain(context: OrderContext): Promise<Response> {
  const { request, daemon, suggest } = context;
  const body = await readBody(request, DRAIN, suggest);
  if ("refusal" in body) return body.refusal;
  const { instances, for_seconds, reason, by, last_resort, yes } = body.value;
  const unknown = refuseUnknown(instances, context);
  if (unknown !== null) return unknown;
  if (instances === "all" && !yes && !last_resort) {
    const answer = await daemon.status();
    if (!answer.answers) return silent(answer);
    const alone = servedByNobodyElse(answer.status);
    if (alone.length > 0) {
      return refuse(
        409,
        `Nobody else is known to serve ${listed(alone)}: drain all the same ` +
          "with yes (--yes)",
        { alone },
      );
    }
  }
  return outcomesOf(
    await daemon.drain({
      instances: once(instances),
      duration: for_seconds === null ? null : for_seconds * 1000,
      ...{ reason, by },
      lastResort: last_resort,
    }),
  );
}

/** `POST /v1/resume` */
export async function resume(context: OrderContext): Promise<Response> {
  const { request, daemon, suggest } = context;
  const body = await readBody(request, { instances: targets, by }, suggest);
  if ("refusal" in body) return body.refusal;
  const { instances, by: who } = body.value;
  const unknown = refuseUnknown(instances, context);
  if (unknown !== null) return unknown;
  return outcomesOf(await daemon.resume(once(instances), who));
}

/** `POST /v1/failover` */
export async function failover(context: OrderContext): Promise<Response> {
  const { request, daemon, suggest } = context;
  const body = await readBody(request, { instances: names, by }, suggest);
  if ("refusal" in body) return body.refusal;
  const { instances, by: who } = body.value;
  const unknown = refuseUnknown(instances, context);
  if (unknown !== null) return unknown;
  const outcome = await daemon.failover([...new Set(instances)], who);
  if ("answers" in outcome) return silent(outcome);
  const failovers = outcome.map(failoverJson);
  const refused = outcome.filter(({ refused }) => refused !== null);
  return refused.length === 0
    ? json({ failovers })
    : refuse(409, sentencesOf(refused), { failovers });
}

/** `POST /v1/reload` */
export async function reload(
  { request, daemon, suggest }: OrderContext,
): Promise<Response> {
  const body = await readBody(request, { dry_run: flag }, suggest);
  if ("refusal" in body) return body.refusal;
  const outcome = await daemon.reload(body.value.dry_run);
  return outcome.ok
    ? json(outcome)
    : refuse(409, "Nothing was changed: the configuration cannot be used", {
      ...outcome,
    });
}

/** `POST /v1/restart`: answered by the daemon that ends, or goes on. */
export async function restart(
  { request, daemon, suggest }: OrderContext,
): Promise<Response> {
  const body = await readBody(request, {}, suggest);
  if ("refusal" in body) return body.refusal;
  const outcome = await daemon.restart();
  return outcome.ok
    ? json({ pid: outcome.pid })
    : refuse(409, `Not restarted, and goes on as before: ${outcome.why}`);
}

const LEVEL = v.picklist(
  CONTROL_LOG_LEVELS,
  "must be debug, info, notice, warning or error",
);

/** `POST /v1/log-level` */
export async function logLevel(
  { request, daemon, suggest }: OrderContext,
): Promise<Response> {
  const body = await readBody(
    request,
    { level: LEVEL, for_seconds: span },
    suggest,
  );
  if ("refusal" in body) return body.refusal;
  const { level, for_seconds } = body.value;
  daemon.setLogLevel(level, for_seconds === null ? null : for_seconds * 1000);
  return json({ level, for_seconds });
}

function refuseUnknown(
  instances: Targets,
  { daemon, suggest }: OrderContext,
): Response | null {
  if (instances === "all") return null;
  const known = daemon.instances();
  const unknown = instances.find((name) => !known.includes(name));
  return unknown === undefined ? null : noInstance(unknown, known, suggest);
}

/** Say that there is no instance of a name. */
export function noInstance(
  name: string,
  known: readonly string[],
  suggest: Suggest,
): Response {
  const shown = name.slice(0, 64);
  return refuse(
    404,
    `There is no instance ${JSON.stringify(shown)}${suggest(shown, known)}`,
  );
}

/**
 * Instances that this host serves, and that nobody else is known to be able to:
 * backups are silent, so that only peers that were asked can tell.
 */
function servedByNobodyElse(
  { instances, cluster }: Status,
): readonly string[] {
  const others = cluster.filter(({ error }) => error === null)
    .flatMap(({ instances }) => instances)
    .filter(({ state, drained }) =>
      !drained && (state === "BACKUP" || state === "MASTER")
    );
  const isServed = ({ vrid, family }: InstanceStatus): boolean =>
    others.some((other) => other.vrid === vrid && other.family === family);
  return instances
    .filter((instance) => instance.state === "MASTER" && !isServed(instance))
    .map(({ name }) => name);
}

function once(instances: Targets): Targets {
  return instances === "all" ? "all" : [...new Set(instances)];
}

function outcomesOf(outcome: readonly Outcome[] | Silence): Response {
  if ("answers" in outcome) return silent(outcome);
  const refused = outcome.filter(({ refused }) => refused !== null);
  return refused.length === 0
    ? json({ outcomes: outcome })
    : refuse(409, sentencesOf(refused), { outcomes: outcome });
}

function failoverJson(
  { instance, refused, resignedAt, successor, awaySeconds }: Failover,
): unknown {
  return {
    ...{ instance, refused },
    resigned_at: resignedAt === null
      ? null
      : new Date(resignedAt).toISOString(),
    successor: successor === null ? null : {
      address: successor.address,
      priority: successor.priority,
      after_seconds: successor.afterSeconds,
    },
    away_seconds: awaySeconds,
  };
}

function sentencesOf(
  refused: readonly Pick<Outcome, "instance" | "refused">[],
): string {
  const sentences = refused.slice(0, 8)
    .map(({ instance, refused }) => `${instance}: ${refused}`);
  const more = refused.length - sentences.length;
  return sentences.join("; ") + (more > 0 ? `; and ${more} more` : "");
}

function listed(names: readonly string[]): string {
  const more = names.length - 8;
  return names.slice(0, 8).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
