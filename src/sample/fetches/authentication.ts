/** Fetches about who the client says it is (manual 7.3.6, http_auth and its kind). */
import type { CompileOptions, SampleContext } from '../context.ts';
import { type Credentials, readCredentials, readScheme } from '../credentials.ts';
import type { FetchMaker, Read } from '../fetch.ts';
import { requestPicker } from '../request-head.ts';
import { BOOL, type Sample, STR } from '../sample.ts';
import type { UserList } from '../user-lists.ts';

type Judge = (credentials: Credentials, sample: Sample) => boolean;

function authenticated(type: number, options: CompileOptions, judge: Judge) {
  const pick = requestPicker(options);
  const read: Read = (context: SampleContext, sample: Sample) => {
    const head = pick(context, sample);
    if (head === null) return false;
    const credentials = readCredentials(head, context.stream?.rules.proxyRequest ?? false);
    return credentials !== null && judge(credentials, sample);
  };
  return { type, read, next: null };
}

/** Only what Basic says of the client. */
function basic(of: (credentials: Credentials) => string): FetchMaker {
  return (_args, options) =>
    authenticated(
      STR,
      options,
      (credentials, sample) => credentials.scheme === 'Basic' && sample.setText(of(credentials)),
    );
}

/** Asks a user list, which is looked up once. */
function listed(
  type: number,
  judge: (list: UserList, credentials: Credentials, sample: Sample) => boolean,
): FetchMaker {
  return ([name = ''], options) => {
    const list = options.environment.userList(name);
    return authenticated(
      type,
      options,
      (credentials, sample) => credentials.scheme === 'Basic' && judge(list, credentials, sample),
    );
  };
}

const bearer: FetchMaker = (args, options) => {
  const [header] = args;
  const pick = requestPicker(options);
  if (header === undefined) {
    return authenticated(
      STR,
      options,
      (credentials, sample) => credentials.scheme === 'Bearer' && sample.setText(credentials.token),
    );
  }
  // Whatever the header holds there is a sample, if only an empty one.
  const read: Read = (context, sample) => {
    const head = pick(context, sample);
    if (head === null) return false;
    const found = readScheme(head, header);
    return sample.setText(found?.scheme === 'bearer' ? found.token : '');
  };
  return { type: STR, read, next: null };
};

export const AUTHENTICATION_FETCHES: readonly (readonly [string, FetchMaker])[] = [
  ['http_auth_type', (_args, options) => authenticated(STR, options, ({ scheme }, sample) => sample.setText(scheme))],
  ['http_auth_user', basic(({ user }) => user)],
  ['http_auth_pass', basic(({ password }) => password)],
  ['http_auth_bearer', bearer],
  ['http_auth', listed(BOOL, (list, { user, password }, sample) => sample.setBoolean(list.admits(user, password)))],
  [
    'http_auth_group',
    listed(STR, (list, { user, password }, sample) => list.admits(user, password) && sample.setText(user)),
  ],
];
