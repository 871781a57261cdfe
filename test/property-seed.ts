/**
 * Sets one seed for the property tests, so that a change is tested with the same inputs on every machine.
 * `PROPERTY_SEED=random` uses another each time, as the nightly run does; a number repeats such a run.
 */
import fc from 'fast-check';

const FIXED_SEED = 20_261_126;
const { PROPERTY_SEED: wanted } = process.env;

if (wanted !== 'random') fc.configureGlobal({ seed: wanted === undefined ? FIXED_SEED : Number(wanted) });
