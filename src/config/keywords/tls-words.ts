/** What TLS keywords have in common on global, bind and server lines: versions and their names. */

export const TLS_VERSIONS: readonly string[] = ['SSLv3', 'TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

const VERSION_SWITCH = /^(?:no|force)-(?:sslv3|tlsv1[0-3])$/;

export function isVersionSwitch(word: string): boolean {
  return VERSION_SWITCH.test(word);
}

/** What is wrong with the value of `ssl-min-ver` or `ssl-max-ver`. */
export function checkVersion(keyword: string, value: string): string | undefined {
  if (value === '') return `'${keyword}' : missing the ssl/tls version`;
  return TLS_VERSIONS.includes(value) ? undefined : `'${value}' : unknown ssl/tls version`;
}

/** What is wrong with a list of protocols for ALPN or NPN. */
export function checkProtocols(list: string): string | undefined {
  const long = list.split(',').find((name) => name.length > 255);
  return long === undefined ? undefined : `ALPN protocol name too long : '${long}'`;
}
