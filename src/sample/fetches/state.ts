/** Fetches about proxies and servers by name (manual 7.3.2). Names are looked up once, on first use. */
import type { CompileOptions, SampleContext } from '../context.ts';
import type { CompiledFetch, FetchMaker, Read } from '../fetch.ts';
import { BOOL, type Sample, SINT } from '../sample.ts';
import type { ProxyView, ServerView } from '../views.ts';

type Of<View> = (view: View, nowMs: number) => number;

/** `own`: the proxy of the rule is meant, which is known when the rule runs. */
interface Lookup<View> {
  readonly find: () => View | null;
  readonly own?: ((context: SampleContext) => View | null) | undefined;
}

/** An integer about something that is looked up when it is first needed: not all of it exists when rules are compiled. */
function named<View>({ find, own }: Lookup<View>, options: CompileOptions, of: Of<View>, type = SINT): CompiledFetch {
  let view: View | null = null;
  const { environment } = options;
  const read: Read = (context: SampleContext, sample: Sample) => {
    if (own === undefined) view ??= find();
    else view = own(context);
    if (view === null) return false;
    const value = of(view, environment.surroundings?.reactor.nowMs ?? 0);
    return type === BOOL ? sample.setBoolean(value !== 0) : sample.setInteger(value);
  };
  return { type, read, next: null };
}

/** Rules of defaults sections may leave the name out: in a frontend's rules its stream has no other backend yet. */
function backend(of: Of<ProxyView>): FetchMaker {
  return ([name = ''], options) => {
    const find = (): ProxyView | null => options.environment.surroundings?.findBackend(name) ?? null;
    return named({ find, own: name === '' ? ({ stream }) => stream?.backend ?? null : undefined }, options, of);
  };
}

function frontend(of: Of<ProxyView>): FetchMaker {
  return ([name = ''], options) => {
    const find = (): ProxyView | null => options.environment.surroundings?.findFrontend(name) ?? null;
    return named({ find, own: name === '' ? ({ stream }) => stream?.frontend ?? null : undefined }, options, of);
  };
}

/** `backend/server`. */
function server(of: Of<ServerView>, type = SINT): FetchMaker {
  return ([path = ''], options) => {
    const slash = path.lastIndexOf('/');
    const find = (): ServerView | null => {
      const proxy = options.environment.surroundings?.findBackend(path.slice(0, slash));
      return proxy?.servers.find(({ name }) => name === path.slice(slash + 1)) ?? null;
    };
    return named({ find }, options, of, type);
  };
}

/** Active servers, or without any the backups that would be used. */
function usableServers(proxy: ProxyView): number {
  if (proxy.stopped) return 0;
  const { active, backup } = proxy.countServers();
  if (active > 0) return active;
  return proxy.model.options.allbackups ? backup : Math.min(backup, 1);
}

function averageQueue(proxy: ProxyView): number {
  const count = usableServers(proxy);
  return count > 0 ? Math.ceil(proxy.queuedTotal / count) : proxy.queuedTotal * 2;
}

/** Places that the servers requests go to now have left; -1 when one of them has no limit. */
function freeConnections(proxy: ProxyView): number {
  const { active } = proxy.countServers();
  const firstBackup = proxy.servers.find((one) => one.backup && one.usable);
  let free = 0;
  for (const one of proxy.servers) {
    if (!one.running || !one.usable) continue;
    if (one.backup && (active > 0 || (one !== firstBackup && !proxy.model.options.allbackups))) continue;
    if (one.maxconn === 0) return -1;
    free += freeOn(one);
  }
  return free;
}

function freeOn(one: ServerView): number {
  if (one.maxconn === 0) return -1;
  return Math.max(0, one.dynamicMaxconn() - one.current);
}

function slots(proxy: ProxyView): number {
  let sum = 0;
  for (const one of proxy.servers) {
    if (!one.running) continue;
    if (one.maxconn === 0 || one.maxqueue === 0) return -1;
    sum += one.maxconn - one.current + (one.maxqueue - one.queued);
  }
  return sum;
}

export const STATE_FETCHES: readonly (readonly [string, FetchMaker])[] = [
  ['avg_queue', backend(averageQueue)],
  ['be_conn', backend((proxy) => proxy.backendConnections)],
  ['be_conn_free', backend(freeConnections)],
  ['be_sess_rate', backend((proxy, now) => proxy.backendSessionRate.rate(now))],
  ['connslots', backend(slots)],
  ['nbsrv', backend(usableServers)],
  ['queue', backend((proxy) => proxy.queuedTotal)],
  ['fe_conn', frontend((proxy) => proxy.frontendConnections)],
  ['fe_req_rate', frontend((proxy, now) => proxy.requestRate.rate(now))],
  ['fe_sess_rate', frontend((proxy, now) => proxy.sessionRate.rate(now))],
  ['srv_conn', server((one) => one.current)],
  ['srv_conn_free', server(freeOn)],
  ['srv_is_up', server((one) => (!one.inMaintenance && one.running ? 1 : 0), BOOL)],
  ['srv_iweight', server((one) => one.model.weight)],
  ['srv_queue', server((one) => one.queued)],
  ['srv_sess_rate', server((one, now) => one.sessionRate.rate(now))],
  ['srv_uweight', server((one) => one.userWeight)],
  ['srv_weight', server((one) => one.effectiveWeight)],
];
