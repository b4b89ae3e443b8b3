/**
 * What a kernel can do by its release.
 *
 * @module
 */

import { Failure } from "../port.ts";

/**
 * Whether a kernel keeps IFA_PROTO (Linux 5.18 and later).
 *
 * @param release Such as `6.1.0-13-amd64`; where it could not be read the
 *   answer is no.
 */
export function keepsProtocol(release: string | Failure): boolean {
  if (release instanceof Failure) return false;
  const [major = 0, minor = 0] = release.split(".").map((part) =>
    parseInt(part)
  );
  return major > 5 || (major === 5 && minor >= 18);
}
