/**
 * alived with a broken runtime under its side: every connection that a probe
 * opens and every webhook throws what only a bug throws, and leaves an uncaught
 * error and an unhandled rejection behind. The core, which has a runtime of its
 * own, is whole.
 *
 * @module
 */

function breakDown(what: string): never {
  setTimeout(() => {
    throw new TypeError(`uncaught in ${what}`);
  }, 1);
  Promise.reject(new TypeError(`unhandled in ${what}`));
  throw new TypeError(`thrown in ${what}`);
}

/** Checks go to port 9, webhooks to another. */
Deno.connect = (options: object): never =>
  breakDown("port" in options && options.port === 9 ? "a probe" : "a notifier");

await import("../../main.ts");
