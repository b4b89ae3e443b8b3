/**
 * What a health checker of type http or https has under `config`.
 *
 * @module
 */

import * as v from "valibot";
import type { HttpProbe } from "../settings/check.ts";
import { quote } from "../issue.ts";
import { about, offered, written } from "./editor.ts";
import { flag, formOf, list, must, section } from "./values.ts";
import {
  absolutePath,
  anyCase,
  headers,
  host,
  httpUrl,
  regularExpression,
  text,
} from "./words.ts";

type Range = readonly [number, number];

const STATUS = "a status from 200 to 599, or a range such as 200-299";

function parseStatus(value: number | string): Range | null {
  const match = /^([2-5]\d\d)(?:-([2-5]\d\d))?$/.exec(String(value));
  if (match === null) return null;
  const [, first, last = first] = match;
  const range = [Number(first), Number(last)] as const;
  return range[0] <= range[1] ? range : null;
}

const status: v.GenericSchema<unknown, Range> = v.pipe(
  v.union([v.number(), v.string()], must(STATUS)),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const range = parseStatus(dataset.value);
    if (range !== null) return range;
    addIssue({ message: `must be ${STATUS}, not ${quote(dataset.value)}` });
    return NEVER;
  }),
  written({
    type: ["integer", "string"],
    minimum: 200,
    maximum: 599,
    pattern: String.raw`^[2-5]\d\d(?:-[2-5]\d\d)?$`,
    patternErrorMessage: `must be ${STATUS}`,
  }),
  about("Status", "A number, or a range such as 200-299"),
);

const oneStatus = v.pipe(status, v.transform((range) => [range]));

const someStatuses = v.pipe(
  list(status, "statuses"),
  v.minLength(1, "at least one status is required"),
);

const statuses: v.GenericSchema<unknown, readonly Range[]> = formOf(
  [oneStatus, someStatuses],
  (input) => Array.isArray(input) ? someStatuses : oneStatus,
);

const METHODS = [
  ...["GET", "HEAD", "OPTIONS"] as const,
  ...["POST", "PUT", "PATCH", "DELETE"] as const,
];

const method: v.GenericSchema<unknown, string> = v.pipe(
  v.string(must("a method such as GET")),
  v.toUpperCase(),
  v.picklist(METHODS, must("a method such as GET")),
  written({
    type: "string",
    ...offered(METHODS),
    pattern: `^(?:${METHODS.map(anyCase).join("|")})$`,
    patternErrorMessage: `must be one of ${METHODS.join(", ")}`,
  }),
);

/**
 * Schema of one HTTP request.
 *
 * @param protocols What its URL may begin with.
 */
export function httpProbe(
  protocols: readonly string[],
): v.GenericSchema<unknown, HttpProbe> {
  return v.pipe(
    section({
      url: v.pipe(
        httpUrl(protocols),
        about("URL", "URL to ask for; a user and a password can stand in it"),
      ),
      method: v.optional(
        v.pipe(method, about("Method", "Method of the request")),
        "GET",
      ),
      headers: v.pipe(
        v.nullish(headers(), {}),
        about("Headers", "Headers of the request, by name"),
      ),
      expected_status: v.optional(
        v.pipe(
          statuses,
          about(
            "Expected status",
            "Status that means healthy: a number, a range such as " +
              "200-299, or a list of both",
          ),
        ),
        200,
      ),
      contains: v.pipe(
        v.nullish(text(), null),
        about(
          "Text in the body",
          "Text that the body must contain; it is looked for in the " +
            "first MiB",
        ),
      ),
      matches: v.pipe(
        v.nullish(regularExpression(), null),
        about(
          "Pattern of the body",
          "Regular expression that the body must match, without " +
            "look-around and back-references; (?i) for either case",
        ),
      ),
      follow_redirects: v.optional(
        v.pipe(
          flag(),
          about(
            "Follow redirections",
            "Whether redirections are followed, at most 5",
          ),
        ),
        false,
      ),
      insecure_skip_verify: v.optional(
        v.pipe(
          flag(),
          about(
            "Any certificate",
            "Whether any certificate will do, also a wrong or expired one",
          ),
        ),
        false,
      ),
      server_name: v.pipe(
        v.nullish(host(), null),
        about(
          "Name in the certificate",
          "Name that the certificate must have; by default the host " +
            "of the URL",
        ),
      ),
      ca_file: v.pipe(
        v.nullish(absolutePath(), null),
        about(
          "Certification authorities",
          "PEM file of certification authorities, beside those that " +
            "are built in",
        ),
      ),
    }),
    v.forward(
      v.partialCheck(
        [["method"], ["contains"], ["matches"]],
        ({ method, contains, matches }) =>
          method !== "HEAD" || (contains === null && matches === null),
        "HEAD has no body to look at: use GET",
      ),
      ["method"],
    ),
    v.transform((keys): HttpProbe => ({
      type: "http",
      url: keys.url,
      method: keys.method,
      headers: keys.headers,
      expectedStatus: keys.expected_status,
      contains: keys.contains,
      matches: keys.matches,
      followRedirects: keys.follow_redirects,
      insecureSkipVerify: keys.insecure_skip_verify,
      serverName: keys.server_name,
      caFile: keys.ca_file,
    })),
  );
}
