/** Workloads of configurations with many rules: what the rule engine costs beside haproxy's. */
import { head, type Ports, plain, simple, type Workload } from './workload.ts';

/** Rules of the workload of Host rules; the requests match the last. */
const ruleCount = 1000;
/** Backends these rules lead to, in turn. */
const ruleBackends = 10;
const mixedCount = 200;
const mapCount = 100_000;

function backends(count: number, ports: Ports): string {
  return Array.from(
    { length: count },
    (_, index) => `\nbackend b${index}\n    server origin 127.0.0.1:${ports.origin}\n`,
  ).join('');
}

function frontend(ports: Ports, rules: readonly string[]): string {
  const lines = rules.map((rule) => `    ${rule}\n`).join('');
  return `${head('http')}
frontend bench
    bind 127.0.0.1:${ports.proxy}
${lines}    default_backend b0
${backends(ruleBackends, ports)}`;
}

function hostRules(ports: Ports): string {
  return frontend(
    ports,
    Array.from(
      { length: ruleCount },
      (_, index) => `use_backend b${index % ruleBackends} if { hdr(host) -i h${index}.example.com }`,
    ),
  );
}

/** Path, regular expression and header conditions in turn, each with a rule of its own; none is met. */
function mixedRules(ports: Ports): string {
  const kinds = [
    (n: number) => `path_beg /section${n}/`,
    (n: number) => `path_reg ^/user/[0-9]+/item${n}$`,
    (n: number) => `hdr(user-agent) -m sub Browser${n}`,
    (n: number) => `path_end .type${n}`,
    (n: number) => `req.hdr(x-tenant) -i tenant${n}`,
    (n: number) => `hdr_reg(accept) -i application/vnd\\.kind${n}\\+(json|xml)`,
    (n: number) => `path_dir folder${n}`,
    (n: number) => `src 10.${n}.0.0/16`,
  ];
  return frontend(
    ports,
    Array.from({ length: mixedCount }, (_, index) => {
      const kind = kinds[index % kinds.length] as (n: number) => string;
      const other = kinds[(index + 3) % kinds.length] as (n: number) => string;
      const condition = index % 4 === 3 ? `{ ${kind(index)} } { ${other(index)} }` : `{ ${kind(index)} }`;
      return `use_backend b${index % ruleBackends} if ${condition}`;
    }),
  );
}

function mapRules(ports: Ports): string {
  return frontend(ports, [`use_backend %[req.hdr(host),lower,map(${ports.directory}/hosts.map,b0)]`]);
}

const rewrites = [
  'http-request set-header X-Forwarded-Proto http',
  'http-request set-header X-Client %[src]',
  'http-request set-header X-Real-Host %[req.hdr(host),lower]',
  'http-request add-header Via "1.1 mahalo"',
  'http-request del-header X-Powered-By',
  'http-request set-path /%[path,regsub(^/,)]',
  'http-request replace-header User-Agent (.*)wrk(.*) \\1bench\\2',
  'http-response set-header X-Frame-Options DENY',
  'http-response set-header Strict-Transport-Security "max-age=31536000; includeSubDomains"',
  'http-response del-header Server',
];

const logFormat =
  '"%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %tsc %ac/%fc/%bc/%sc/%rc %{+Q}[capture.req.hdr(0)] ' +
  '%[capture.req.hdr(0),lower] %HM %HP %{+Q}r"';

const browser = ['User-Agent: Mozilla/5.0 (X11; Linux x86_64) wrk', 'Accept: text/html,*/*;q=0.8', 'X-Tenant: none'];

export const ruleWorkloads: readonly Workload[] = [
  {
    ...plain,
    name: 'rules',
    title: `${ruleCount} use_backend rules on Host, the last one hit`,
    target: 0.1,
    headers: [`Host: h${ruleCount - 1}.example.com`],
    configuration: hostRules,
  },
  {
    ...plain,
    name: 'acls',
    title: `${mixedCount} rules of path, regex, header and address conditions, none hit`,
    target: 0.7,
    headers: browser,
    configuration: mixedRules,
  },
  {
    ...plain,
    name: 'map',
    title: `a map of ${mapCount} hosts to backends`,
    target: 0.8,
    headers: [`Host: host${mapCount / 2}.example.com`],
    files: {
      'hosts.map': () =>
        Array.from({ length: mapCount }, (_, index) => `host${index}.example.com b${index % ruleBackends}\n`).join(''),
    },
    configuration: mapRules,
  },
  {
    ...plain,
    name: 'rewrites',
    title: 'ten header rewrites and a log-format of our own over UDP',
    target: 0.85,
    headers: browser,
    configuration: simple(
      'http',
      ['log 127.0.0.1:LOG local0'],
      [
        'declare capture request len 64',
        'http-request capture req.hdr(user-agent) id 0',
        ...rewrites,
        `log-format ${logFormat}`,
      ],
    ),
  },
];
