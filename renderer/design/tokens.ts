/** Every colour, size and face of the app. The theme turns these into CSS variables; nothing else names a colour. */

export interface SchemeColours {
  /** Behind everything. */
  canvas: string;
  /** Panels, bars, fields. */
  surface: string;
  /** What lies one step above a panel: hovered rows, selected tabs, code. */
  raised: string;
  line: string;
  lineStrong: string;
  text: string;
  /** Second-rank text; at least 4.5:1 on canvas, surface and raised. */
  dim: string;
  accent: string;
  accentSoft: string;
  good: string;
  goodSoft: string;
  caution: string;
  cautionSoft: string;
  bad: string;
  badSoft: string;
  added: string;
  removed: string;
  /** Five steps of surprise, from expected to improbable. */
  surprise: readonly [string, string, string, string, string];
  shadow: string;
}

export const light: SchemeColours = {
  canvas: '#f6f7f8',
  surface: '#ffffff',
  raised: '#eff1f3',
  line: '#e2e5e9',
  lineStrong: '#c9ced5',
  text: '#14181d',
  dim: '#5a636e',
  accent: '#3f51c7',
  accentSoft: '#eceefb',
  good: '#11713f',
  goodSoft: '#e3f4ea',
  caution: '#8a5300',
  cautionSoft: '#fdf1dc',
  bad: '#b3261e',
  badSoft: '#fcebea',
  added: '#d4efdf',
  removed: '#f9dedb',
  surprise: ['transparent', '#f5ecff', '#e5cffd', '#cda6f8', '#b27cf0'],
  shadow: '0 1px 2px rgb(16 24 32 / 6%), 0 8px 24px rgb(16 24 32 / 10%)',
};

export const dark: SchemeColours = {
  canvas: '#0e1013',
  surface: '#15181c',
  raised: '#1e2227',
  line: '#272c33',
  lineStrong: '#3a414a',
  text: '#e7eaee',
  dim: '#9aa4b0',
  accent: '#99a6ff',
  accentSoft: '#20264a',
  good: '#5fcf92',
  goodSoft: '#12301f',
  caution: '#eeb14f',
  cautionSoft: '#33260c',
  bad: '#ff8d84',
  badSoft: '#3a1816',
  added: '#143a26',
  removed: '#4a1f1c',
  surprise: ['transparent', '#2a203f', '#402e65', '#58408c', '#7049b5'],
  shadow: '0 1px 2px rgb(0 0 0 / 40%), 0 12px 32px rgb(0 0 0 / 50%)',
};

/** Okabe and Ito's palette, which people with any kind of colour vision can tell apart; a marker goes with each colour. */
export const variantColours = [
  '#0072b2',
  '#d55e00',
  '#009e73',
  '#cc79a7',
  '#56b4e9',
  '#e69f00',
  '#7a7f87',
  '#f0e442',
] as const;

export const faces = {
  words: "'Inter Variable', system-ui, 'Segoe UI', sans-serif",
  tokens: "'JetBrains Mono Variable', ui-monospace, 'Cascadia Mono', monospace",
};

export const sizes = {
  rail: 48,
  topBar: 44,
  statusBar: 28,
};
