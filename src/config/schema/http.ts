/**
 * What a health checker of type http or https has under `config`.
 *
 * @module
 */

import * as v from "valibot";
import type { HttpProbe } from "../settings/check.ts";
import { quote } from "../issue.ts";
import { flag, formOf, list, must, section } from "./values.ts";
import {
  absolutePath,
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
  v.examples(METHODS),
  v.toUpperCase(),
  v.picklist(METHODS, must("a method such as GET")),
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
      url: v.pipe(httpUrl(protocols), v.description("URL to ask for")),
      method: v.optional(
        v.pipe(method, v.description("Method of the request")),
        "GET",
      ),
      headers: v.pipe(
        v.nullish(headers(), {}),
        v.description("Headers of the request"),
      ),
      expected_status: v.optional(
        v.pipe(
          statuses,
          v.description("Accepted status: number, range such as 200-299, list"),
        ),
        200,
      ),
      contains: v.pipe(
        v.nullish(text(), null),
        v.description("Text that the body must contain"),
      ),
      matches: v.pipe(
        v.nullish(regularExpression(), null),
        v.description("Regular expression that the body must match"),
      ),
      follow_redirects: v.optional(
        v.pipe(
          flag(),
          v.description("Whether redirections are followed, at most 5"),
        ),
        false,
      ),
      insecure_skip_verify: v.optional(
        v.pipe(flag(), v.description("Whether any certificate will do")),
        false,
      ),
      server_name: v.pipe(
        v.nullish(host(), null),
        v.description("Name in the certificate; null for that of the URL"),
      ),
      ca_file: v.pipe(
        v.nullish(absolutePath(), null),
        v.description("PEM file of more certification authorities"),
      ),
    }),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      const { method, contains, matches } = dataset.value;
      if (method !== "HEAD" || (contains === null && matches === null)) return;
      addIssue({
        message: "HEAD has no body to look at: use GET",
        path: [{
          type: "object",
          origin: "value",
          input: dataset.value,
          key: "method",
          value: method,
        }],
      });
    }),
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
