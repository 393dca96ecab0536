/** The words that open a section: all of the language's, whether the proxy can run them yet or not. */
export const SECTION_KEYWORDS: ReadonlySet<string> = new Set([
  'global',
  'defaults',
  'frontend',
  'backend',
  'listen',
  'userlist',
  'http-errors',
  'peers',
  'resolvers',
  'mailers',
  'cache',
  'program',
  'ring',
  'fcgi-app',
  'log-forward',
]);
