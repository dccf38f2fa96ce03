/** Whole screens, at every size people use. */
import { expect, test } from "vitest";
import { textOf } from "../support.ts";
import { teamAt, toldAt } from "./story.ts";

const team = teamAt();
const told = toldAt();

test("at 200 by 50 everything has its place", () => {
  expect(textOf(team, { size: [200, 50], told })).toMatchInlineSnapshot(`
    "s1 · move to promises
    ⧗1 for you: Tab · working · tasks 1/6 · workers 3/4 · $0.18 of $5.00 · swarmux/s1/integration
    ── tasks 1/6 done ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    needs you 1
     ⧗ cleo-1  Bash git push origin HEAD (t4 Push the branch for review)  HIGH    [3] cleo                04:12
    working 1
     ● t2      Move the cart module to promises                           MEDIUM  [1] ada   after t1      04:12  +2 −1
    ready to merge 1
     ✓ t3      Move the checkout module to promises                       MEDIUM  [2] ben   after t1      04:12
    waiting 1
     ○ t5      Update the documentation                                   MEDIUM            after t2, t3
    failed 1
     ✗ t6      Drop Node 18 · why                                         LOW     [4] dov                 00:00
    done 1
     ✓ t1      Move the storage module to promises                        MEDIUM  [1] ada                 00:00
    ── workers ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
     [1] ada   ● running        t2 Edit src/cart.ts                      ctx 41%  $0.18  04:12  +2 −1
     [2] ben   ✓ to merge       t3 Move the checkout module to promises           $0.00  04:12
     [3] cleo  ⧗ waits for you  t4 Push the branch for review                     $0.00  04:12
     [4] dov   ○ idle                                                             $0.00
    ── activity ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    10:00:00 move to promises
             session s1, base 0000000000
    10:00:00 plan: 6 tasks
             t1 MEDIUM Move the storage module to promises
             t2 MEDIUM Move the cart module to promises after t1
             t3 MEDIUM Move the checkout module to promises after t1
             t4 HIGH   Push the branch for review
             t5 MEDIUM Update the documentation after t2, t3
             t6 LOW    Drop Node 18
    10:00:00 plan approved by person
    10:00:00 [1] ada gets t1 Move the storage module to promises
    10:00:00 [1] ada reports t1 done: summary of t1
    10:00:00 ✓ t1 merged as 2222222222
    10:00:00 [1] ada gets t2 Move the cart module to promises
    10:00:00 [2] ben gets t3 Move the checkout module to promises
    10:00:00 [2] ben reports t3 done: summary of t3
    10:00:00 [3] cleo gets t4 Push the branch for review
    10:00:00 ⧗ cleo-1 waits for you: [3] cleo Bash git push origin HEAD (it reaches another host)
    10:00:00 [4] dov gets t6 Drop Node 18
    10:00:00 ✗ t6 failed: why






    ⧗ cleo-1 waits for you: press Tab
    Enter sends · Tab answer · ⇧Tab lists · PgUp log · Ctrl-C stops · :help
    > words for the coordinator, @worker text, :help"
  `);
});

test("at 80 by 24 the groups become a word in each row", () => {
  expect(textOf(team, { size: [80, 24], told })).toMatchInlineSnapshot(`
    "s1 · move to promises
    ⧗1 for you: Tab · working · tasks 1/6 · workers 3/4 · $0.18 of $5.00
    ── tasks 1/6 done ─────────────────────────────────────────────────────────────
     ⧗ cleo-1  needs you  Bash git push origin HEAD (t4 Push the…  HIGH    [3] cleo
     ● t2      working    Move the cart module to promises         MEDIUM  [1] ada
     ✓ t3      ready      Move the checkout module to promises     MEDIUM  [2] ben
     ○ t5      waiting    Update the documentation                 MEDIUM
     ✗ t6      failed     Drop Node 18 · why                       LOW     [4] dov
     ✓ t1      done       Move the storage module to promises      MEDIUM  [1] ada
    ── workers ────────────────────────────────────────────────────────────────────
     [1] ada   ● running        t2 Edit src/cart.ts           ctx 41%  $0.18  04:12
     [2] ben   ✓ to merge       t3 Move the checkout module…           $0.00  04:12
     [3] cleo  ⧗ waits for you  t4 Push the branch for revi…           $0.00  04:12
     [4] dov   ○ idle                                                  $0.00
    ── activity ───────────────────────────────────────────────────────────────────
    10:00:00 [2] ben reports t3 done: summary of t3
    10:00:00 [3] cleo gets t4 Push the branch for review
    10:00:00 ⧗ cleo-1 waits for you: [3] cleo Bash git push origin HEAD
             (it reaches another host)
    10:00:00 [4] dov gets t6 Drop Node 18
    10:00:00 ✗ t6 failed: why
    ⧗ cleo-1 waits for you: press Tab
    Enter sends · Tab answer · ⇧Tab lists · PgUp log · Ctrl-C stops · :help
    > words for the coordinator, @worker text, :help"
  `);
});

test("at 60 by 20 columns go from the right", () => {
  expect(textOf(team, { size: [60, 20], told })).toMatchInlineSnapshot(`
    "s1 · move to promises
    ⧗1 for you: Tab · working · tasks 1/6 · workers 3/4
    ── tasks 1/6 done ───────────────────────────── 1–4 of 6 ──
     ⧗ cleo-1  needs you  Bash git push orig…  HIGH    [3] cleo
     ● t2      working    Move the cart modu…  MEDIUM  [1] ada
     ✓ t3      ready      Move the checkout …  MEDIUM  [2] ben
     ○ t5      waiting    Update the documen…  MEDIUM
    ── workers ────────────────────────────────────────────────
     [1] ada   ● running        t2 Edit src/cart.ts     ctx 41%
     [2] ben   ✓ to merge       t3 Move the checkout …
     [3] cleo  ⧗ waits for you  t4 Push the branch fo…
     [4] dov   ○ idle
    ── activity ───────────────────────────────────────────────
    10:00:00 ⧗ cleo-1 waits for you: [3] cleo Bash git
             push origin HEAD (it reaches another host)
    10:00:00 [4] dov gets t6 Drop Node 18
    10:00:00 ✗ t6 failed: why
    ⧗ cleo-1 waits for you: press Tab
    Enter sends · Tab answer · ⇧Tab lists · PgUp log · :help
    > words for the coordinator, @worker text, :help"
  `);
});

test("beside the workers of a small terminal", () => {
  expect(textOf(team, { size: [48, 22], told })).toMatchInlineSnapshot(`
    "s1 · move to promises
    ⧗1 for you: Tab · working · tasks 1/6
    ── tasks 1/6 done ─────────────────────────────
     ⧗ cleo-1  needs you  Bash git push origin HEA…
     ● t2      working    Move the cart module to …
     ✓ t3      ready      Move the checkout module…
     ○ t5      waiting    Update the documentation
     ✗ t6      failed     Drop Node 18 · why
     ✓ t1      done       Move the storage module …
    ── workers ────────────────────────────────────
     [1] ada   ● running        t2 Edit src/cart.ts
     [2] ben   ✓ to merge       t3 Move the checko…
     [3] cleo  ⧗ waits for you  t4 Push the branch…
     [4] dov   ○ idle
    ── activity ───────────────────────────────────
             cleo Bash git push origin HEAD (it
             reaches another host)
    10:00:00 [4] dov gets t6 Drop Node 18
    10:00:00 ✗ t6 failed: why
    ⧗ cleo-1 waits for you: press Tab
    Enter sends · Tab answer · ⇧Tab lists · :help
    > words for the coordinator, @worker text, :he…"
  `);
});
