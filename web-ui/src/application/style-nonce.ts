/**
 * The page's policy lets styles in from files and constructed sheets only, or with this nonce: for packages that write
 * `<style>` elements of their own. CodeMirror takes it as `EditorView.cspNonce.of(styleNonce())`; xterm takes the document
 * of `documentWithNonce()` as its option `documentOverride`.
 */

export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.content ?? '';
}

/** This document, whose new `<style>` elements carry the nonce. */
export function documentWithNonce(): Document {
  return new Proxy(document, {
    get(target, name) {
      if (name === 'createElement') {
        return (...words: Parameters<Document['createElement']>): HTMLElement => {
          const element = target.createElement(...words);
          if (element instanceof HTMLStyleElement) element.nonce = styleNonce();
          return element;
        };
      }
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
