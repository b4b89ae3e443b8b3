/**
 * What each type of health checker has under `config`.
 *
 * @module
 */

import * as v from "valibot";
import { canonicalIp, familyOf, parseIp } from "../../wire/address.ts";
import type {
  DnsProbe,
  FileProbe,
  PingProbe,
  Probe,
  ScriptProbe,
  TcpProbe,
} from "../settings/check.ts";
import { quote } from "../issue.ts";
import { command, isShell } from "./notify.ts";
import { httpProbe } from "./http.ts";
import { processKeys, processProblem, toProcessProbe } from "./process.ts";
import { duration, flag, list, must, oneOf, section, whole } from "./values.ts";
import {
  absolutePath,
  domainName,
  environment,
  host,
  isHost,
  text,
} from "./words.ts";

type ProbeSchema = v.GenericSchema<unknown, Probe>;

function optionalText(
  description: string,
): v.GenericSchema<unknown, string | null> {
  return v.pipe(v.nullish(text(), null), v.description(description));
}

const tcp: ProbeSchema = v.pipe(
  section({
    host: v.pipe(host(), v.description("Address or host name")),
    port: v.pipe(whole(1, 65_535), v.description("TCP port, 1 to 65535")),
    send: optionalText("Text to send once connected"),
    expect: optionalText("Text that the answer must contain"),
  }),
  v.transform((keys): TcpProbe => ({ type: "tcp", ...keys })),
);

const ping: ProbeSchema = v.pipe(
  section({
    host: v.pipe(host(), v.description("Address or host name")),
    count: v.optional(
      v.pipe(
        whole(1, 20),
        v.description("Requests in a check, 1 to 20; one answer is enough"),
      ),
      1,
    ),
  }),
  v.transform((keys): PingProbe => ({ type: "ping", ...keys })),
);

const script: ProbeSchema = v.pipe(
  section({
    script: v.pipe(
      command(),
      v.description("Command; its exit status 0 is success"),
    ),
    args: v.pipe(
      v.nullish(list(text(), "arguments"), []),
      v.description("More arguments"),
    ),
    environment: v.pipe(
      v.nullish(environment(), {}),
      v.description("Variables that are added to the environment"),
    ),
  }),
  v.forward(
    v.partialCheck(
      [["script"], ["args"]],
      ({ script, args }) => args.length === 0 || !isShell(script),
      "cannot follow { shell: … }: write them in its text",
    ),
    ["args"],
  ),
  v.transform(({ script, args, environment }): ScriptProbe => ({
    type: "script",
    command: [...script, ...args],
    environment,
  })),
);

const DNS_PORT = 53;

/** `address`, `address:port`, `[address]:port`, or a host name for address. */
function parseServer(text: string): DnsProbe["server"] {
  if (parseIp(text) !== null) return { host: text, port: DNS_PORT };
  const { host, v6, port } =
    /^(?:\[(?<v6>[^\]]+)\]|(?<host>[^:[\]]+))(?::(?<port>\d{1,5}))?$/
      .exec(text)?.groups ?? {};
  const name = host ?? (v6 !== undefined && parseIp(v6) ? v6 : "");
  const number = Number(port ?? DNS_PORT);
  return isHost(name) && number >= 1 && number <= 65_535
    ? { host: name, port: number }
    : null;
}

const dnsServer: v.GenericSchema<unknown, DnsProbe["server"]> = v.pipe(
  v.string(must("a name server such as 192.0.2.53 or [2001:db8::53]:5353")),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const server = parseServer(dataset.value);
    if (server !== null) return server;
    addIssue({
      message: "must be a name server such as 192.0.2.53 or " +
        `[2001:db8::53]:5353, not ${quote(dataset.value)}`,
    });
    return NEVER;
  }),
);

/** An answer of a record of addresses must be one. */
function isAnswer(
  type: DnsProbe["recordType"],
  expect: string | null,
): boolean {
  if (expect === null || (type !== "A" && type !== "AAAA")) return true;
  const address = canonicalIp(expect);
  return address !== null &&
    familyOf(address) === (type === "A" ? "ipv4" : "ipv6");
}

const dns: ProbeSchema = v.pipe(
  section({
    name: v.pipe(domainName(), v.description("Domain name to ask for")),
    type: v.optional(
      v.pipe(
        oneOf(["A", "AAAA", "CNAME", "MX", "NS", "PTR", "TXT"]),
        v.description("Record type"),
      ),
      "A",
    ),
    server: v.pipe(
      v.nullish(dnsServer, null),
      v.description("Name server to ask; null for those of the host"),
    ),
    expect: optionalText("What one record must be"),
  }),
  v.forward(
    v.partialCheck(
      [["type"], ["expect"]],
      ({ type, expect }) => isAnswer(type, expect),
      "must be an address of the family that type asks for",
    ),
    ["expect"],
  ),
  v.transform(({ name, type, server, expect }): DnsProbe => ({
    type: "dns",
    name,
    recordType: type,
    server,
    // IPv6 has many texts for one address.
    expect: type === "AAAA" && expect !== null ? canonicalIp(expect) : expect,
  })),
);

const file: ProbeSchema = v.pipe(
  section({
    path: v.pipe(absolutePath(), v.description("File that must exist")),
    max_age: v.pipe(
      v.nullish(
        duration("of 1s or more", (milliseconds) => milliseconds >= 1000),
        null,
      ),
      v.description("Longest time since it was written to, 1s or more"),
    ),
    number: v.optional(
      v.pipe(
        flag(),
        v.description("It holds an integer, which multiplies the weight"),
      ),
      false,
    ),
  }),
  v.transform(({ path, max_age, number }): FileProbe => ({
    type: "file",
    path,
    maxAge: max_age,
    number,
  })),
);

const process: ProbeSchema = v.pipe(
  section(processKeys),
  v.rawTransform(({ dataset: { value }, addIssue, NEVER }) => {
    const problem = processProblem(value);
    if (problem === null) return toProcessProbe(value);
    addIssue({ message: problem });
    return NEVER;
  }),
);

/** Schema of `config` for each type of health checker. */
export const probes: Readonly<
  Record<Probe["type"] | "https", ProbeSchema>
> = {
  tcp,
  http: httpProbe(["http:", "https:"]),
  https: httpProbe(["https:"]),
  ping,
  script,
  dns,
  file,
  process,
};
