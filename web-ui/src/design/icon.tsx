/** Line drawings on a grid of 16, in the colour of the text. They stand beside words, never for them. */

const PATHS = {
  brand: 'M1 8h5l5-5h4M6 8l5 5h4M6 8h9',
  wand: 'M2 14 10 6M12 1v4M10 3h4M4 2v2M3 3h2M13 9v2M12 10h2',
  overview: 'M2 9h4v5H2zM2 2h4v4H2zM10 2h4v7h-4zM10 12h4v2h-4z',
  topology: 'M2 8h4M6 8l4-5h4M6 8l4 5h4M6 8h8',
  services: 'M2 3h12v4H2zM2 9h12v4H2zM5 5h.01M5 11h.01',
  log: 'M3 3h10M3 6h10M3 9h7M3 12h9',
  editor: 'M6 4 2 8l4 4M10 4l4 4-4 4',
  template: 'M3 2h7l3 3v9H3zM10 2v3h3M6 8h4M6 11h4',
  history: 'M3 8a5 5 0 1 0 2-4M3 2v3h3M8 5v3l2 2',
  vrrp: 'M3 5h10l-3-3M13 11H3l3 3',
  system: 'M4 4h8v8H4zM6 1v3M10 1v3M6 12v3M10 12v3M1 6h3M1 10h3M12 6h3M12 10h3',
  device: 'M2 5h12v7H2zM4 8h2v2H4zM8 8h2v2H8zM12 7h.01M4 5V3M12 5V3',
  terminal: 'M2 3h12v10H2zM4 6l2 2-2 2M8 10h3',
  people: 'M6 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6M1 14c0-3 2-4 5-4s5 1 5 4M11 2a3 3 0 0 1 0 6M13 10c1 .6 2 2 2 4',
  shield: 'M8 1 2 3v5c0 4 3 6 6 7 3-1 6-3 6-7V3z',
  chart: 'M2 14V2M2 14h12M5 10l3-4 2 2 4-5',
  menu: 'M2 4h12M2 8h12M2 12h12',
  close: 'M3 3l10 10M13 3 3 13',
  theme: 'M8 2a6 6 0 1 0 0 12zM8 2a6 6 0 0 1 0 12',
  leave: 'M6 2H2v12h4M6 8h8M11 5l3 3-3 3',
  good: 'M2 8l4 4 8-8',
  warning: 'M8 2 1 14h14zM8 6v4M8 12h.01',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
