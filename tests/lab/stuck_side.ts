/**
 * alived whose side stands still for ever when SIGWINCH comes. The core, which
 * has an isolate of its own, is whole.
 *
 * @module
 */

Deno.addSignalListener("SIGWINCH", () => {
  for (;;);
});

await import("../../main.ts");
