import t from 'tap';
import { CONVERTERS } from '../../src/config/keywords/converters.ts';
import { FETCHES } from '../../src/config/keywords/fetches.ts';
import { LOG_VARIABLES } from '../../src/config/keywords/log-variables.ts';
import { CONVERTERS as COMPILED_CONVERTERS } from '../../src/sample/converters.ts';
import { FETCHES as COMPILED_FETCHES } from '../../src/sample/fetches.ts';
import { implementedVariables } from '../../src/sample/log-variables.ts';

t.test('whatever the configuration accepts is implemented', (t) => {
  const missing = (names: Iterable<string>, implemented: { has(name: string): boolean }) =>
    [...names].filter((name) => !implemented.has(name));
  const fetches = [...FETCHES.values()].filter(({ implemented }) => implemented).map(({ meaning }) => meaning);
  t.same(missing(fetches, COMPILED_FETCHES), []);
  const converters = [...CONVERTERS.values()].filter(({ implemented }) => implemented).map(({ name }) => name);
  t.same(missing(converters, COMPILED_CONVERTERS), []);
  const variables = [...LOG_VARIABLES].filter(([, entry]) => entry.implemented).map(([name]) => name);
  t.same(missing(variables, implementedVariables), []);
  t.end();
});
