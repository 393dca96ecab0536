/**
 * The line that keepalived gives to system(3) for a script that the kernel cannot execute (no `#!`): every word in
 * single quotes, but a first word that is a redirection.
 */
export function shellLine(words: readonly string[]): string {
  return words
    .map((word, index) => (index === 0 && /^[<>]/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ');
}
