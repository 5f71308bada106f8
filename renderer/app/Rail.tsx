import { Tooltip } from '@mantine/core';
import { Boxes, Columns3, House, MessageSquareText, ScrollText, Settings } from 'lucide-react';
import { Logo } from '../design/index.ts';
import { formatRoute, go, type Route, usePreferences } from '../ui-state/index.ts';
import classes from './Rail.module.css';

const destinations = [
  { label: 'Home', keys: 'g h', icon: House, route: { screen: 'home' } },
  { label: 'Models', keys: 'g m', icon: Boxes, route: { screen: 'models', id: null, other: null } },
  { label: 'Compare', keys: 'g c', icon: Columns3, route: { screen: 'compare', id: null } },
  { label: 'Prompts', keys: 'g p', icon: MessageSquareText, route: { screen: 'prompts', tab: 'history' } },
  { label: 'Audit', keys: 'g a', icon: ScrollText, route: { screen: 'audit', entry: null } },
  { label: 'Settings', keys: 'g s', icon: Settings, route: { screen: 'settings', section: 'engine' } },
] satisfies { label: string; keys: string; icon: typeof House; route: Route }[];

export function Rail({ route }: { route: Route }) {
  const compareTab = usePreferences((preferences) => preferences.compareTab);
  return (
    <nav className={classes.rail} aria-label="Screens">
      <span className={classes.logo}>
        <Logo />
      </span>
      {destinations.map(({ label, icon: Icon, route: place }) => {
        const target: Route = place.screen === 'compare' ? { ...place, tab: compareTab } : place;
        return (
          <Tooltip key={label} label={label} position="right">
            <a
              className={classes.link}
              href={formatRoute(target)}
              aria-current={route.screen === target.screen ? 'page' : undefined}
              aria-label={label}
              onClick={(event) => {
                event.preventDefault();
                if (route.screen !== target.screen) go(target);
              }}
            >
              <Icon size={18} strokeWidth={1.75} aria-hidden="true" />
              <span className={classes.label}>{label}</span>
            </a>
          </Tooltip>
        );
      })}
    </nav>
  );
}
