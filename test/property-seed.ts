/**
 * Gives the property tests one seed, so that a change is judged by the same inputs on every machine.
 * `PROPERTY_SEED=random` draws another each time, as the nightly run does; a number repeats such a run.
 */
import fc from 'fast-check';

const FIXED_SEED = 20_261_126;
const { PROPERTY_SEED: wanted } = process.env;

if (wanted !== 'random') fc.configureGlobal({ seed: wanted === undefined ? FIXED_SEED : Number(wanted) });
