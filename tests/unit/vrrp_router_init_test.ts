import { DOWN, NO, PROMOTED, STARTED, testCells, UP } from "./vrrp_cell.ts";
import {
  advert,
  ANNOUNCE,
  FAULT,
  HOLD,
  INIT,
  OWNER,
  sends,
  tells,
} from "./vrrp_example.ts";

testCells([
  {
    name: "INIT starts as BACKUP",
    state: INIT,
    input: { type: "startup" },
    next: STARTED,
    actions: [tells("INIT", "BACKUP", "started")],
  },
  {
    name: "INIT starts as MASTER when it owns the addresses",
    config: OWNER,
    state: { ...INIT, priority: 255 },
    input: { type: "startup" },
    next: { ...PROMOTED, priority: 255 },
    actions: [
      sends(255),
      HOLD,
      ANNOUNCE,
      tells("INIT", "MASTER", "started as address owner"),
    ],
  },
  {
    name: "INIT starts in FAULT when its link is down",
    state: { ...INIT, faults: FAULT.faults },
    input: { type: "startup" },
    next: FAULT,
    actions: [tells("INIT", "FAULT", "eth0 is down")],
  },
  {
    name: "INIT starts in FAULT with every reason",
    config: OWNER,
    state: { ...INIT, faults: { link: "eth0 is down", probe: "no route" } },
    input: { type: "startup" },
    next: { ...FAULT, faults: { link: "eth0 is down", probe: "no route" } },
    actions: [tells("INIT", "FAULT", "eth0 is down; no route")],
  },
  {
    name: "INIT has nothing to stop",
    state: INIT,
    input: { type: "shutdown" },
    next: "same",
  },
  {
    name: "INIT hears no advert",
    state: INIT,
    input: advert("10.0.0.20", 200),
    next: "same",
  },
  {
    name: "INIT has no deadline",
    state: INIT,
    input: { type: "deadline" },
    at: 1e9,
    next: "same",
  },
  {
    name: "INIT takes a priority",
    state: INIT,
    input: { type: "priority", priority: 90 },
    next: { ...INIT, priority: 90 },
  },
  {
    name: "INIT takes a source",
    state: INIT,
    input: { type: "source", source: null },
    next: { ...INIT, source: null },
  },
  {
    name: "INIT remembers a fault",
    state: INIT,
    input: DOWN,
    next: { ...INIT, faults: FAULT.faults },
  },
  {
    name: "INIT forgets a mended fault",
    state: { ...INIT, faults: FAULT.faults },
    input: UP,
    next: INIT,
  },
  {
    name: "INIT takes a configuration",
    state: INIT,
    input: { type: "config", priority: 90 },
    next: { ...INIT, priority: 90 },
  },
  {
    name: "INIT has no addresses that could be refused",
    state: INIT,
    input: NO,
    next: "same",
  },
]);
