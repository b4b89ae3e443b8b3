import { strictEqual } from "node:assert/strict";
import { formatResult } from "../../src/cli/test.ts";
import { failure, ok } from "../../src/doctor/check_result.ts";

const RESULT = failure(
  "interface",
  '"eth0" is down, and nothing can be sent by it',
  "ip link set eth0 up, and look at the cable",
);

Deno.test("formatResult() gives a pipe one line each", () => {
  strictEqual(
    formatResult(RESULT, Infinity, false),
    '✗ interface                  "eth0" is down, and nothing can be sent by it\n' +
      "    → ip link set eth0 up, and look at the cable\n",
  );
});

Deno.test("formatResult() keeps to the columns of a terminal, beside the names", () => {
  strictEqual(
    formatResult(RESULT, 60, false),
    '✗ interface                  "eth0" is down, and nothing can\n' +
      "                             be sent by it\n" +
      "    → ip link set eth0 up, and look at the cable\n",
  );
});

Deno.test("formatResult() keeps to the columns of a narrow terminal", () => {
  strictEqual(
    formatResult(RESULT, 40, false),
    '✗ interface                  "eth0" is\n' +
      "    down, and nothing can be sent by it\n" +
      "    → ip link set eth0 up, and look at\n" +
      "      the cable\n",
  );
});

Deno.test("formatResult() colours the mark alone, which takes no columns", () => {
  strictEqual(
    formatResult(ok("clock", "it is even"), 40, true),
    "\x1b[32m✓\x1b[0m clock                      it is even\n",
  );
});
