/** Random cases are the same in each run, unless a test has a seed of its own. */
import fc from "fast-check";

fc.configureGlobal({ seed: 20261129 });
