/**
 * The layer table of the design as rules: a folder of `src` imports its own files and the folders of the rows below
 * it, nothing above; folders that stand in one row may see each other, without cycles. `make check` and CI run it.
 */

/** Top row first. */
const rows = [
  ['main'],
  ['roles'],
  ['appliance'],
  ['admin'],
  ['inspect'],
  ['vrrp'],
  ['control'],
  ['proxy'],
  ['health', 'stick', 'balance'],
  ['sample'],
  ['config'],
  ['http', 'tls'],
  ['net'],
  ['loop'],
  ['sys'],
];

/** What the order of the rows would allow and the design does not: roles talk to each other over sockets. */
const strangers = {
  appliance: ['admin', 'inspect', 'vrrp', 'control', 'proxy', 'health', 'stick', 'balance', 'sample'],
  admin: ['inspect', 'vrrp', 'control', 'proxy', 'health', 'stick', 'balance'],
  inspect: ['vrrp', 'control', 'proxy', 'health', 'stick', 'balance'],
  vrrp: ['control', 'proxy', 'health', 'stick', 'balance', 'sample'],
  // Pure layers: what they need from the outside is handed to them.
  config: ['net', 'loop'],
  http: ['net', 'loop', 'sys'],
  balance: ['net', 'loop', 'sys'],
};

const pathOf = (folder) => (folder === 'main' ? '^src/main[.]ts$' : `^src/${folder}/`);

const layerRules = rows.flatMap((row, index) =>
  row.flatMap((folder) => {
    const above = rows.slice(0, index).flat();
    const refused = [...above, ...(strangers[folder] ?? [])];
    if (refused.length === 0) {
      return [];
    }
    return [
      {
        name: `layer-${folder}`,
        comment: `${folder} imports only the rows below it (design.md, "The house")`,
        severity: 'error',
        from: { path: pathOf(folder) },
        // The model is plain data without a line of code that runs: rows below may name its types.
        // The names of log facilities are data as well: config offers what net can send.
        to: {
          path: refused.map(pathOf),
          pathNot: ['^src/config/model(?:-checks|-rules)?[.]ts$', '^src/net/syslog-header[.]ts$'],
        },
      },
    ];
  }),
);

const knownFolders = rows.flat().filter((folder) => folder !== 'main');

export default {
  forbidden: [
    ...layerRules,
    {
      name: 'known-folders-only',
      comment: 'A new folder of src takes its place in the table first',
      severity: 'error',
      from: {},
      to: { path: '^src/', pathNot: ['^src/main[.]ts$', `^src/(${knownFolders.join('|')})/`] },
    },
    {
      name: 'ffi-only-in-sys',
      comment: 'Nothing else in the tree knows an FFI exists',
      severity: 'error',
      from: { path: '^(src|scripts|test)/', pathNot: '^(src|test)/sys/' },
      to: { path: '(^|/)koffi(/|$)' },
    },
    {
      name: 'source-stands-alone',
      comment: 'src does not know what is built around it',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(web-ui|firmware|board|rootfs-overlay|scripts|test)/' },
    },
    {
      name: 'no-development-packages-in-source',
      comment: 'What runs on the device needs only dependencies',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'model-as-types-only-below',
      comment: 'What stands below config knows the model as types at most',
      severity: 'error',
      from: { path: '^src/(http|tls|net|loop|sys)/' },
      to: { path: '^src/config/model(?:-checks|-rules)?[.]ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'pages-speak-the-api',
      comment: 'The pages know the unit by its API, not by its code',
      severity: 'error',
      from: { path: '^web-ui/src/' },
      to: { path: '^(src|scripts|test)/', pathNot: '^src/admin/answers/' },
    },
    {
      name: 'pages-know-answers-as-types',
      comment: 'What the API answers is written once, in types that stand alone; nothing of it is code',
      severity: 'error',
      from: { path: '^web-ui/src/' },
      to: { path: '^src/admin/answers/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'answers-stand-alone',
      comment: 'What the pages read brings nothing of the unit with it',
      severity: 'error',
      from: { path: '^src/admin/answers/' },
      to: { pathNot: '^src/admin/answers/' },
    },
    {
      name: 'pages-design-below',
      comment: 'design knows nothing of Mahalo, api nothing of what is drawn',
      severity: 'error',
      from: { path: '^web-ui/src/(design|api)/' },
      to: { path: '^web-ui/src/(application|pages)/' },
    },
    {
      name: 'pages-areas-apart',
      comment: 'An area is a chunk of its own: what two areas need stands in application, api or design',
      severity: 'error',
      from: { path: '^web-ui/src/pages/([^/]+)/' },
      to: { path: '^web-ui/src/pages/', pathNot: '^web-ui/src/pages/$1/' },
    },
    {
      name: 'no-cycles',
      comment: 'Of code; two classes may know each other as types',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'everything-resolves',
      comment: 'An import that leads nowhere',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^firmware/build/' },
    // TypeScript 7 has no compiler API that dependency-cruiser could use; swc reads the same syntax.
    parser: 'swc',
    detectJSDocImports: false,
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
