/**
 * The page's policy lets styles in from files and constructed sheets only, or with this nonce: for packages that write
 * `<style>` elements of their own. CodeMirror takes it as `EditorView.cspNonce.of(styleNonce())`; xterm makes its elements
 * within `withStyleNonce`.
 */

export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.content ?? '';
}

/** Does the work; every `<style>` element that it makes carries the nonce. */
export function withStyleNonce(work: () => void): void {
  const create = document.createElement.bind(document);
  const createWithNonce = (...words: Parameters<Document['createElement']>): HTMLElement => {
    const element = create(...words);
    if (element instanceof HTMLStyleElement) element.nonce = styleNonce();
    return element;
  };
  // An own property hides the prototype's method until it is deleted.
  Object.defineProperty(document, 'createElement', { configurable: true, value: createWithNonce });
  try {
    work();
  } finally {
    Reflect.deleteProperty(document, 'createElement');
  }
}
