// Whatever happens to a cluster, all properties hold; see also seeds_odd_test.

import { tellEverySecond } from "./tell_seeds.ts";

Deno.test("all properties hold in the stories of even seeds", () => {
  tellEverySecond(2);
});
