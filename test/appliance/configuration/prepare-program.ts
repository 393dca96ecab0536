/** Prepares a state, as the start of a build does; a program to be killed. Arguments: the state, the build's number. */
import { prepareState } from '../../../src/appliance/configuration/state-format.ts';
import { formatOf } from './states.ts';

prepareState(process.argv[2] as string, formatOf(Number(process.argv[3])));
