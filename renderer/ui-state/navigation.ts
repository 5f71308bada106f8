import { create } from 'zustand';

/** Where the app is. The address holds nothing but ids, so it may show up in a browser's history. */
export type Route =
  | { screen: 'home' }
  /** `other`: both files are held against each other. */
  | { screen: 'models'; id: string | null; other: string | null }
  /** `id`: of a comparison, a conversation, a divergence run or a blind test, as the tab has it. Without a tab: the answers. */
  | { screen: 'compare'; id: string | null; tab?: CompareTab }
  | { screen: 'prompts'; tab: PromptsTab }
  /** `entry`: the number of the entry that is shown beside the list. */
  | { screen: 'audit'; entry: number | null }
  | { screen: 'settings'; section: SettingsSection };

export type CompareTab = 'answers' | 'divergence' | 'trade-off' | 'blind' | 'playground';
const compareTabs: readonly CompareTab[] = ['divergence', 'trade-off', 'blind', 'playground'];

export type PromptsTab = 'history' | 'saved' | 'datasets';
const promptsTabs: readonly PromptsTab[] = ['history', 'saved', 'datasets'];

export type SettingsSection = 'engine' | 'appearance' | 'store' | 'network' | 'storage' | 'backups' | 'about';
const sections: readonly SettingsSection[] = [
  'engine',
  'appearance',
  'store',
  'network',
  'storage',
  'backups',
  'about',
];

export function parseRoute(hash: string): Route {
  const [screen, rest, third] = hash.replace(/^#?\/?/, '').split('/');
  if (screen === 'models') {
    const [id, other] = [rest, third].map((part) => (part ? decodeURIComponent(part) : null));
    return { screen, id: id ?? null, other: other ?? null };
  }
  if (screen === 'compare') {
    const tab = compareTabs.find((one) => one === rest);
    const id = tab === undefined ? rest : third;
    return { screen, id: id ? decodeURIComponent(id) : null, ...(tab && { tab }) };
  }
  if (screen === 'prompts') return { screen, tab: promptsTabs.find((tab) => tab === rest) ?? 'history' };
  if (screen === 'audit') return { screen, entry: /^[1-9]\d{0,14}$/.test(rest ?? '') ? Number(rest) : null };
  if (screen === 'settings') return { screen, section: sections.find((section) => section === rest) ?? 'engine' };
  return { screen: 'home' };
}

export function formatRoute(route: Route): string {
  if (route.screen === 'models')
    return ['#/models', route.id, route.other]
      .flatMap((part) => (part === null ? [] : [part]))
      .map((part, index) => (index === 0 ? part : encodeURIComponent(part)))
      .join('/');
  if (route.screen === 'compare') {
    const tab = route.tab === undefined || route.tab === 'answers' ? [] : [route.tab];
    return ['#/compare', ...tab, ...(route.id === null ? [] : [encodeURIComponent(route.id)])].join('/');
  }
  if (route.screen === 'prompts') return `#/prompts/${route.tab}`;
  if (route.screen === 'audit') return route.entry === null ? '#/audit' : `#/audit/${route.entry}`;
  if (route.screen === 'settings') return `#/settings/${route.section}`;
  return '#/';
}

export const useRoute = create<{ route: Route }>(() => ({
  route: parseRoute(typeof location === 'undefined' ? '' : location.hash),
}));

export function go(route: Route): void {
  useRoute.setState({ route });
  if (location.hash !== formatRoute(route)) location.hash = formatRoute(route);
}

/** Follows the address (back, forward, a typed one). Returns what ends it. */
export function followAddress(): () => void {
  const follow = () => useRoute.setState({ route: parseRoute(location.hash) });
  window.addEventListener('hashchange', follow);
  return () => window.removeEventListener('hashchange', follow);
}
