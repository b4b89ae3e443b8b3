// Whatever happens to a cluster, all properties hold; see also seeds_even_test.

import { tellEverySecond } from "./tell_seeds.ts";

Deno.test("all properties hold in the stories of odd seeds", () => {
  tellEverySecond(1);
});
