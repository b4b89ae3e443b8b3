/**
 * How the daemon can be asked: keys of the `global` section.
 *
 * @module
 */

import * as v from "valibot";
import { canonicalIp, familyOf } from "../../wire/address.ts";
import { quote } from "../issue.ts";
import type { HttpSettings, ListenSettings } from "../settings/control.ts";
import { about, offered, written, writtenAs } from "./editor.ts";
import { flag, must, section, shortOrLong, uniqueList } from "./values.ts";
import { absolutePath, httpUrl, isHost, text } from "./words.ts";

/** The key `control_socket` as the file has it. */
export interface ControlSocketKeys {
  /** Absolute path, or null for the run directory's. */
  readonly path: string | null;
  /** Path of the socket that only answers, or null. */
  readonly statusPath: string | null;
  /** Name or number of a group, or null. */
  readonly group: string | null;
}

/** Bytes that the path of a socket can have (sun_path of unix(7)). */
const MOST_PATH = 107;
/** Other hosts that can be asked. */
const MOST_PEERS = 16;

function socketPath(): v.GenericSchema<string> {
  return v.pipe(
    absolutePath(),
    v.maxBytes(
      MOST_PATH,
      `must be a path of at most ${MOST_PATH} bytes: a socket has no more`,
    ),
  );
}

const SHORT = "off, or an absolute path";

const shortSocket: v.GenericSchema<unknown, ControlSocketKeys | null> = v.pipe(
  v.union([v.string(), v.literal(false)], must(SHORT)),
  v.rawTransform(({ dataset: { value }, addIssue, NEVER }) => {
    if (value === false || value === "off") return null;
    const { success, output } = v.safeParse(socketPath(), value);
    if (success) return { path: output, statusPath: null, group: null };
    const isLong = value.startsWith("/");
    addIssue({
      message: isLong
        ? `must be a path of at most ${MOST_PATH} bytes: a socket has no more`
        : `must be ${SHORT}, not ${quote(value)}`,
    });
    return NEVER;
  }),
  written({
    type: "string",
    ...offered(["off"]),
    pattern: "^(?:off$|/)",
    patternErrorMessage: `must be ${SHORT}`,
  }),
);

const longSocket: v.GenericSchema<unknown, ControlSocketKeys | null> = v.pipe(
  section({
    path: v.pipe(
      v.nullish(socketPath(), null),
      about(
        "Control socket",
        "Socket that only the daemon's user can open, and that takes " +
          "orders; by default control.sock in the run directory",
      ),
    ),
    status_path: v.pipe(
      v.nullish(socketPath(), null),
      about(
        "Status socket",
        "Socket that only answers; by default status.sock beside the " +
          "control socket when there is a group",
      ),
    ),
    group: v.pipe(
      v.nullish(text(), null),
      about(
        "Group",
        "Group whose members may open the status socket, by name or " +
          "number as in /etc/group",
      ),
    ),
  }),
  v.forward(
    v.partialCheck(
      [["path"], ["status_path"]],
      ({ path, status_path }) => path === null || path !== status_path,
      "must be another path than that of the control socket",
    ),
    ["status_path"],
  ),
  v.transform(({ path, status_path, group }) => ({
    ...{ path, group },
    statusPath: status_path,
  })),
);

/** `control_socket`: whether there is one, where, and who may ask. */
export function controlSocket(): v.GenericSchema<
  unknown,
  ControlSocketKeys | null
> {
  return shortOrLong(shortSocket, longSocket);
}

const LISTEN = "an address and a port such as 127.0.0.1:9650 or [::1]:9650";

const listen: v.GenericSchema<unknown, ListenSettings> = v.pipe(
  v.union([v.string(), v.number()], must(LISTEN)),
  v.rawTransform(({ dataset: { value }, addIssue, NEVER }) => {
    const found = parseListen(String(value));
    if (found !== null) return found;
    addIssue({
      message: `must be ${LISTEN}, not ${quote(value)}${
        listenHint(String(value))
      }`,
    });
    return NEVER;
  }),
  writtenAs(
    String.raw`^(?:localhost|[\d.]+|\[[\dA-Fa-f:.]+\]):\d{1,5}$`,
    LISTEN,
  ),
);

function parseListen(text: string): ListenSettings | null {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text);
  if (match === null) return null;
  const [, six, four = "", digits] = match;
  const name = six ?? (four === "localhost" ? "127.0.0.1" : four);
  const address = canonicalIp(name);
  const port = Number(digits);
  if (address === null || port < 1 || port > 65_535) return null;
  const isSix = familyOf(address) === "ipv6";
  return isSix === (six !== undefined) ? { address, port } : null;
}

function listenHint(text: string): string {
  const [, port] = /^(?:\*?:)?(\d{1,5})$/.exec(text) ?? [];
  return port === undefined
    ? ""
    : `: write 127.0.0.1:${port} for this host alone, 0.0.0.0:${port} for all`;
}

const ALLOWED = "a host name or an address, without a port";

const allowedHost: v.GenericSchema<unknown, string> = v.pipe(
  v.string(must(ALLOWED)),
  v.check(isHost, must(ALLOWED)),
  writtenAs(String.raw`^[\w.:-]+$`, ALLOWED),
  v.toLowerCase(),
  about("Host", "A name or an address, without a port"),
);

/** `http`: the listener for monitoring, load balancers and browsers. */
export function http(): v.GenericSchema<unknown, HttpSettings> {
  return v.pipe(
    section({
      listen: v.optional(
        v.pipe(
          listen,
          about(
            "Listen on",
            "Address and port to listen on; a loopback address keeps it " +
              "to this host",
          ),
        ),
        "127.0.0.1:9650",
      ),
      allowed_hosts: v.pipe(
        v.nullish(uniqueList(allowedHost, "names", (name) => name), []),
        about(
          "Allowed hosts",
          "Names by which browsers may ask, beside localhost, this " +
            "host's name and all addresses",
        ),
      ),
      keepalived_metrics: v.optional(
        v.pipe(
          flag(),
          about(
            "Metrics of keepalived",
            "Whether /metrics has the names of keepalived's exporter too",
          ),
        ),
        false,
      ),
    }),
    v.transform((keys): HttpSettings => ({
      listen: keys.listen,
      allowedHosts: keys.allowed_hosts,
      keepalivedMetrics: keys.keepalived_metrics,
    })),
  );
}

const PEER = "without a user, a query and a fragment";

const peer: v.GenericSchema<unknown, string> = v.pipe(
  httpUrl(),
  v.check((value) => {
    const { username, password, search, hash } = new URL(value);
    return username + password + search + hash === "";
  }, `must be a URL ${PEER}: it is shown to all who ask`),
  // One form each, so that the same host does not stand twice.
  v.transform((value) => new URL(value).href.replace(/\/+$/, "")),
  about("Peer", "Where another host answers, such as http://192.0.2.2:9650"),
);

/** `peers`: other hosts, to be asked for their status. */
export function peers(): v.GenericSchema<unknown, readonly string[]> {
  return v.pipe(
    uniqueList(peer, "URLs", (url) => url),
    v.maxLength(
      MOST_PEERS,
      ({ input }) =>
        `names ${input.length} hosts: at most ${MOST_PEERS} can be asked`,
    ),
  );
}

/** Whether a listener can be reached from this host alone. */
export function isLocal({ address }: ListenSettings): boolean {
  return address === "::1" || address.startsWith("127.");
}
