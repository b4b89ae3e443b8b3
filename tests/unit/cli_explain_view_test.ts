import { ok, strictEqual } from "node:assert/strict";
import { explainView } from "../../src/cli/views/explain_view.ts";
import { explain } from "../../src/control/explain.ts";
import type { InstanceStatus } from "../../src/control/snapshot.ts";
import { PLAIN } from "./cli_look.ts";
import {
  backup,
  heard,
  instance,
  status,
  term,
  WEB_DOWN,
} from "../lab/control_example.ts";

function view(instance: InstanceStatus, peer: number | null = null): string {
  return explainView(explain(status(), instance, peer), PLAIN).join("\n");
}

const WEAKENED = instance({
  priority: {
    base: 150,
    effective: 140,
    terms: [
      WEB_DOWN,
      term({ kind: "interface", tracker: "eth1", weight: -20 }),
      term({ kind: "interface", tracker: "eth2", weight: 0 }),
    ],
  },
  skew_seconds: 0.453125,
  master_down_seconds: 3.453125,
  master: { address: "192.0.2.1", priority: 140, self: true },
});

const SUM = `\
VI_1 is MASTER with priority 140 for 2h 14m: heard nothing from 192.0.2.2 for
  3.609 s
   150   configured
   −10   check web is down: connection refused                        weight −10
     0   interface eth1 is up                                         weight −20
     0   interface eth2 is up                                    weight 0: FAULT
   140   effective (limits 1 to 254)`;

Deno.test("explain says who takes over from a master, and what stops that", () => {
  strictEqual(
    view(WEAKENED, 145),
    `${SUM}
A peer with 145 takes over within 3.434 s if it preempts
To stop that: see to check web (+10)`,
  );
  strictEqual(
    view(WEAKENED, 151),
    `${SUM}
A peer with 151 takes over within 3.41 s if it preempts
Nothing stops that here: at best the priority is 150`,
  );
});

Deno.test("docs/operating.md shows this explanation", () => {
  const path = new URL("../../docs/operating.md", import.meta.url);
  const command = "$ alived explain VI_1 --peer 145";
  ok(
    Deno.readTextFileSync(path)
      .includes(`\`\`\`console\n${command}\n${view(WEAKENED, 145)}\n\`\`\`\n`),
  );
});

Deno.test("explain says who does not take over, and what would change that", () => {
  strictEqual(
    view(WEAKENED, 130),
    `${SUM}
A peer with 130 does not take over: 11 would have to go off here
It would if one of these turned: interface eth1 (−20: 120), interface eth2
  (FAULT)`,
  );
  strictEqual(
    view(WEAKENED, 140),
    `${SUM}
A peer with 140 does not take over: it is no better. If both were MASTER, as
  after a partition, the higher address would stay
It would if one of these turned: interface eth1 (−20: 120), interface eth2
  (FAULT)`,
  );
});

Deno.test("explain judges the best host that was heard when none is asked about", () => {
  strictEqual(
    view(instance({ heard: [heard({ priority: 149 })] })),
    `\
VI_1 is MASTER with priority 150 for 2h 14m: heard nothing from 192.0.2.2 for
  3.609 s
   150   configured
   150   effective (limits 1 to 254)
192.0.2.2 (last heard with 149, 7m ago) does not take over: 2 would have to go
  off here`,
  );
});

Deno.test("explain says what a backup waits for, and who is first", () => {
  const sum = `\
VI_2 is BACKUP with priority 100 for 2h 14m: 192.0.2.2 has priority 200, more
  than our 100
   100   configured
   100   effective (limits 1 to 254)
192.0.2.2 (200) is MASTER. This host takes over when 192.0.2.2 has been silent
  for 3.609 s`;
  strictEqual(view(backup()), sum);
  strictEqual(
    view(backup(), 150),
    `${sum}
A peer with 150 does not take over from 192.0.2.2 (200); when that one is
  silent, the peer is first (the peer waits 3.414 s, this host 3.609 s)`,
  );
  strictEqual(
    view(backup(), 201),
    `${sum}
A peer with 201 takes over from 192.0.2.2 (200) within 3.215 s if it preempts`,
  );
});

Deno.test("explain says why a better backup does not take over", () => {
  const master = { address: "192.0.2.2", priority: 90, self: false };
  const head = `\
VI_2 is BACKUP with priority 100 for 2h 14m`;
  const sum = `\
   100   configured
   100   effective (limits 1 to 254)`;
  strictEqual(
    view(backup({ master, preempt: false, reason: null })),
    `${head}
${sum}
192.0.2.2 (90) is MASTER and less than this host, whose \`preempt\` is off. This
  host takes over when 192.0.2.2 has been silent for 3.609 s`,
  );
  strictEqual(
    view(backup({ master, yielded: true, reason: null })),
    `${head}
  └ handed over: does not preempt until \`alived resume VI_2\`
${sum}
192.0.2.2 (90) is MASTER and less than this host, which handed over: \`alived
  resume VI_2\` takes it back. This host takes over when 192.0.2.2 has been
  silent for 3.609 s`,
  );
});

Deno.test("explain says what a fault comes from, and that a drained one is none", () => {
  strictEqual(
    view(backup({
      state: "FAULT",
      reason: 'interface "eth2" is down',
      faults: [
        { cause: "interface", reason: 'interface "eth2" is down' },
        { cause: "tracker check web", reason: 'check "web" is down' },
      ],
      ...{ master: null, heard: [] },
    })),
    `\
VI_2 is FAULT for 2h 14m: interface "eth2" is down
  └ interface "eth2" is down; heals by itself
  └ check "web" is down; heals by itself
   100   configured
   100   effective (limits 1 to 254)
When that is over it is a backup again, and listens for 3.609 s before it takes
  over`,
  );
  strictEqual(
    view(
      backup({
        state: "FAULT",
        reason: null,
        faults: [{ cause: "operator", reason: "drained" }],
        drained: {
          since: "2026-11-25T20:19:00.000Z",
          ...{ until: null, by: null, reason: null, last_resort: false },
        },
      }),
      50,
    ),
    `\
VI_2 is DRAINED for 2h 14m
  └ drained, until \`alived resume VI_2\`
   100   configured
   100   effective when it is resumed (limits 1 to 254)
It is never MASTER while it is drained. After \`alived resume VI_2\` it listens
  for 3.609 s before it takes over
A peer with 50 does not take over from 192.0.2.2 (200)`,
  );
});

Deno.test("explain says of a group that it moves as a whole, and why who hands over serves", () => {
  strictEqual(
    view(instance({
      ...{ group: "G1", reason: null },
      priority: { base: 150, effective: 1, terms: [] },
      drained: {
        since: "2026-11-25T20:19:00.000Z",
        ...{ until: null, by: "ops", reason: null, last_resort: true },
      },
    })),
    `\
VI_1 is MASTER with priority 1 for 2h 14m
  └ last resort, by ops, until \`alived resume VI_1\`
   150   configured
     1   effective: last resort
It serves because no other host does; any other that preempts takes over
It is in group G1, which moves as a whole: what happens to one of it happens to
  all`,
  );
});

Deno.test("explain underlines with colours what it says in words", () => {
  const lines = explainView(explain(status(), WEAKENED, null), {
    ...PLAIN,
    colour: true,
  });
  strictEqual(lines[0]?.slice(0, 28), "VI_1 is \x1b[32mMASTER\x1b[0m with");
  strictEqual(
    lines[2],
    "\x1b[33m   −10   check web is down: connection refused" +
      "                        weight −10\x1b[0m",
  );
});
