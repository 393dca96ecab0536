/**
 * In CI a property is tried with the same cases each time, so that a run says something of the commit and not of the
 * day; everywhere else fast-check draws new ones, which is how new mistakes are found.
 */
import fc from 'fast-check';

const seed = Number(process.env['TEST_SEED']);
if (Number.isInteger(seed)) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
