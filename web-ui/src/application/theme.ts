/** Light, dark, or as the system has it: kept in this browser. */

import { signal } from '@preact/signals';

export type Theme = 'system' | 'light' | 'dark';
const KEY = 'mahalo-theme';
const ORDER: readonly Theme[] = ['system', 'light', 'dark'];

function stored(): Theme {
  try {
    return ORDER.find((one) => one === localStorage.getItem(KEY)) ?? 'system';
  } catch {
    // A browser that keeps nothing for us follows the system.
    return 'system';
  }
}

export const theme = signal<Theme>(stored());

export function applyTheme(): void {
  if (theme.value === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme.value;
}

export function nextTheme(): void {
  theme.value = ORDER[(ORDER.indexOf(theme.value) + 1) % ORDER.length] ?? 'system';
  applyTheme();
  try {
    localStorage.setItem(KEY, theme.value);
  } catch {
    // It holds until the page is closed.
  }
}
