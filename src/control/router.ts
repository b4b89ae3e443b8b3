/**
 * What is answered on the control socket, the status socket and by HTTP: the
 * same on all three, but that orders are taken on the first alone.
 *
 * @module
 */

import { type Door, json, refuse, SECURITY_HEADERS, silent } from "./answer.ts";
import type { Suggest } from "./body.ts";
import type { DaemonPort } from "./daemon_port.ts";
import { explain } from "./explain.ts";
import { alive, holds, isIn, ready } from "./health.ts";
import { refuseStranger } from "./hosts.ts";
import {
  keepalivedMetrics,
  keepalivedMetricsOfSilence,
} from "./keepalived_metrics.ts";
import { metricsOfSilence, metricsText } from "./metrics.ts";
import { CONTENT_TYPE } from "./metrics_text.ts";
import {
  drain,
  failover,
  logLevel,
  noInstance,
  reload,
  restart,
  resume,
} from "./orders.ts";
import { page, pageFile } from "./page.ts";
import type { InstanceStatus, Status } from "./snapshot.ts";
import type { Watchers } from "./watchers.ts";

/** What answers are made with. */
export interface RouterContext {
  readonly daemon: DaemonPort;
  readonly watchers: Watchers;
  /** Names that this host is asked by over TCP, in small letters. */
  readonly hosts: ReadonlySet<string>;
  /** Whether metrics have the names of keepalived's exporter too. */
  readonly keepalivedMetrics: boolean;
  /** What was meant by an unknown word. */
  readonly suggest: Suggest;
}

/** A question, or an order. */
interface Ask extends RouterContext {
  readonly request: Request;
  readonly url: URL;
  /** What stands for `*` in the path of the route, decoded. */
  readonly names: readonly string[];
}

type Answer = (ask: Ask) => Response | Promise<Response>;

interface Route {
  /** `*` stands for one part. */
  readonly path: string;
  readonly methods: readonly string[];
  readonly answer: Answer;
  /** Whether it is for programs that ask by any name: no Host is checked. */
  readonly isProbe: boolean;
  /** Parameters that it takes, or null when any are passed over. */
  readonly parameters: readonly string[] | null;
}

const question = (
  path: string,
  answer: Answer,
  parameters: readonly string[] = [],
): Route => ({
  ...{ path, answer, parameters },
  methods: ["GET", "HEAD"],
  isProbe: false,
});

/** HAProxy asks by OPTIONS unless it is told otherwise. */
const probe = (path: string, answer: Answer): Route => ({
  ...{ path, answer },
  methods: ["GET", "HEAD", "OPTIONS"],
  isProbe: true,
  parameters: null,
});

const order = (path: string, answer: Answer): Route => ({
  ...{ path, answer },
  methods: ["POST"],
  isProbe: false,
  parameters: [],
});

const ROUTES: readonly Route[] = [
  question("/", pageOf, ["instance"]),
  question("/page/*", ({ names: [name = ""] }) => pageFile(name)),
  question("/v1/status", statusOf, ["instance"]),
  { ...question("/v1/watch", watch), methods: ["GET"] },
  question("/v1/instances/*/explain", explained, ["peer_priority"]),
  question(
    "/v1/checks",
    ({ daemon }) => withStatus(daemon, ({ checks }) => json({ checks })),
  ),
  question("/v1/events", events, ["limit", "instance"]),
  probe("/healthz", ({ daemon }) => withStatus(daemon, alive)),
  probe("/readyz", ({ daemon }) => withStatus(daemon, ready)),
  probe(
    "/instances/*/master",
    (ask) => withInstance(ask, (instance) => isIn(instance, "MASTER")),
  ),
  probe(
    "/instances/*/backup",
    (ask) => withInstance(ask, (instance) => isIn(instance, "BACKUP")),
  ),
  { ...probe("/metrics", metrics), methods: ["GET", "HEAD"] },
  probe(
    "/vip/*",
    ({ daemon, names: [address = ""] }) =>
      withStatus(daemon, (status) => holds(status, address)),
  ),
  order("/v1/drain", drain),
  order("/v1/resume", resume),
  order("/v1/failover", failover),
  order("/v1/reload", reload),
  order("/v1/restart", restart),
  order("/v1/log-level", logLevel),
];

/**
 * Answer a request. Never rejected by what the request has in it.
 *
 * @param door Which way it came.
 */
export async function handle(
  request: Request,
  door: Door,
  context: RouterContext,
): Promise<Response> {
  const url = URL.parse(request.url);
  if (url === null) return refuse(400, "The request has no proper URL");
  const { route, names } = findRoute(url.pathname);
  if (door === "tcp") {
    const checksHost = route === null || !route.isProbe;
    const stranger = refuseStranger(request, context.hosts, checksHost);
    if (stranger !== null) return stranger;
  }
  if (route === null) {
    return refuse(
      404,
      `There is nothing at ${JSON.stringify(url.pathname.slice(0, 100))}`,
    );
  }
  const refusal = refuseMethod(request, door, route) ??
    refuseParameters(url, route, context.suggest);
  if (refusal !== null) return refusal;
  if (names === null) return refuse(400, "The path has a % that is none");
  return await route.answer({ ...context, request, url, names });
}

/** The route of a path; names are null when they cannot be decoded. */
function findRoute(
  path: string,
): { route: Route | null; names: readonly string[] | null } {
  const parts = path.split("/");
  const route = ROUTES.find((each) => {
    const wanted = each.path.split("/");
    return wanted.length === parts.length &&
      wanted.every((part, i) =>
        part === "*" ? parts[i] !== "" : part === parts[i]
      );
  }) ?? null;
  const stars = route?.path.split("/") ?? [];
  try {
    const names = parts.filter((_, i) => stars[i] === "*")
      .map(decodeURIComponent);
    return { route, names };
  } catch {
    return { route, names: null };
  }
}

function refuseMethod(
  { method }: Request,
  door: Door,
  { path, methods }: Route,
): Response | null {
  const isOrder = methods.includes("POST");
  if (isOrder && door !== "control") {
    return refuse(405, "Orders are taken on the control socket only", {}, {
      Allow: "",
    });
  }
  if (methods.includes(method)) return null;
  const allowed = methods.join(", ");
  return refuse(405, `${path} takes ${allowed}, not ${method}`, {}, {
    Allow: allowed,
  });
}

function refuseParameters(
  { searchParams }: URL,
  { path, parameters }: Route,
  suggest: Suggest,
): Response | null {
  if (parameters === null) return null;
  const unknown = [...searchParams.keys()]
    .find((key) => !parameters.includes(key));
  if (unknown === undefined) return null;
  const shown = unknown.slice(0, 60);
  return refuse(
    400,
    `${path} takes no parameter ${JSON.stringify(shown)}${
      suggest(shown, parameters)
    }`,
  );
}

/** Answer from a status of now; without one, say since when there is none. */
async function withStatus(
  daemon: DaemonPort,
  answer: (status: Status) => Response,
): Promise<Response> {
  const found = await daemon.status();
  return found.answers ? answer(found.status) : silent(found);
}

function withInstance(
  { daemon, names: [name = ""], suggest }: Ask,
  answer: (instance: InstanceStatus, status: Status) => Response,
): Promise<Response> {
  return withStatus(daemon, (status) => {
    const { instances } = status;
    const found = instances.find((instance) => instance.name === name);
    return found === undefined
      ? noInstance(name, instances.map(({ name }) => name), suggest)
      : answer(found, status);
  });
}

function statusOf({ daemon, url, suggest }: Ask): Promise<Response> {
  daemon.lookAtPeers();
  const wanted = url.searchParams.getAll("instance");
  return withStatus(daemon, (status) => {
    if (wanted.length === 0) return json(status);
    const known = status.instances.map(({ name }) => name);
    const unknown = wanted.find((name) => !known.includes(name));
    if (unknown !== undefined) return noInstance(unknown, known, suggest);
    const instances = status.instances
      .filter(({ name }) => wanted.includes(name));
    return json({ ...status, instances });
  });
}

async function pageOf({ daemon, url, suggest }: Ask): Promise<Response> {
  daemon.lookAtPeers();
  const only = url.searchParams.getAll("instance");
  const known = daemon.instances();
  const unknown = only.find((name) => !known.includes(name));
  if (unknown !== undefined) return noInstance(unknown, known, suggest);
  return page(await daemon.status(), daemon.events(PAGE_EVENTS, null), only);
}

async function watch(
  { daemon, watchers, request }: Ask,
): Promise<Response> {
  daemon.lookAtPeers();
  const answer = await daemon.status();
  if (!answer.answers) return silent(answer);
  const accepts = request.headers.get("Accept") ?? "";
  const format = accepts.includes("text/event-stream") ? "sse" : "ndjson";
  return watchers.open(format, answer.status) ??
    refuse(503, "Too many watch already: at most 32", {}, {
      "Retry-After": "10",
    });
}

/** A core that is silent is a metric too: what was before it ends. */
async function metrics(
  { daemon, keepalivedMetrics: hasBoth }: Ask,
): Promise<Response> {
  const answer = await daemon.status();
  const texts = answer.answers
    ? [metricsText(answer.status), keepalivedMetrics(answer.status)]
    : [metricsOfSilence(), keepalivedMetricsOfSilence()];
  return new Response(texts.slice(0, hasBoth ? 2 : 1).join(""), {
    headers: { ...SECURITY_HEADERS, "Content-Type": CONTENT_TYPE },
  });
}

function explained(ask: Ask): Response | Promise<Response> {
  const priority = wholeNumber(ask.url, "peer_priority", 1, 255);
  if (priority instanceof Response) return priority;
  return withInstance(
    ask,
    (instance, status) => json(explain(status, instance, priority)),
  );
}

const MOST_EVENTS = 10_000;
const EVENTS = 200;
/** As many as the page asks for itself. */
const PAGE_EVENTS = 2000;

function events({ daemon, url, suggest }: Ask): Response {
  const limit = wholeNumber(url, "limit", 1, MOST_EVENTS);
  if (limit instanceof Response) return limit;
  const instance = url.searchParams.get("instance");
  const known = daemon.instances();
  if (instance !== null && !known.includes(instance)) {
    return noInstance(instance, known, suggest);
  }
  return json({ events: daemon.events(limit ?? EVENTS, instance) });
}

/** A number that a parameter is, null without it, or the refusal of it. */
function wholeNumber(
  { searchParams }: URL,
  key: string,
  least: number,
  most: number,
): number | null | Response {
  const text = searchParams.get(key);
  if (text === null) return null;
  const value = /^\d{1,6}$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  return refuse(
    400,
    `"${key}" must be a whole number from ${least} to ${most}`,
  );
}
