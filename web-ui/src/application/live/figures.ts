/** How often pages ask for figures, and where the page of an object is. */

export const FIGURES_MS = 2_000;

export function frontendPath(name: string): string {
  return `/services/frontend/${encodeURIComponent(name)}`;
}

export function backendPath(name: string): string {
  return `/services/backend/${encodeURIComponent(name)}`;
}

export function serverPath(backend: string, server: string): string {
  return `${backendPath(backend)}/${encodeURIComponent(server)}`;
}
