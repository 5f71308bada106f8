import { Spotlight, spotlight } from '@mantine/spotlight';
import { useQuery } from '@tanstack/react-query';
import { Search } from 'lucide-react';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useApi } from '../api/index.ts';
import { Keys } from '../design/index.ts';
import { moment } from '../lib/numbers.ts';
import { type Command, closePanel, go, useOfferedCommands, usePanels } from '../ui-state/index.ts';
import classes from './Palette.module.css';

/** Every command, and every comparison by its name or first words. */
export function Palette() {
  const opened = usePanels((panels) => panels.palette);
  const offered = useOfferedCommands((state) => state.offered);
  const { options } = useApi();
  const history = useQuery({ ...options.compare.list.queryOptions({ limit: 100 }), enabled: opened });
  const [search, setSearch] = useState('');

  const before = useRef<Element | null>(null);

  // The focus goes into the field in the same moment as the palette opens, and back unless a command took it elsewhere.
  useLayoutEffect(() => {
    if (opened) before.current = document.activeElement;
    else if (document.activeElement?.matches('body, [aria-modal="true"] *')) focus(before.current);
  }, [opened]);
  useEffect(() => {
    if (opened) spotlight.open();
    else spotlight.close();
  }, [opened]);

  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const groups = new Map<string, Command[]>();
  // What the screen offers stands before what is there everywhere.
  for (const command of [...offered.values()].reverse().flat()) {
    const about = `${command.group} ${command.title} ${command.keywords ?? ''}`.toLowerCase();
    if (command.keysOnly || !command.run || !words.every((word) => about.includes(word))) continue;
    groups.set(command.group, [...(groups.get(command.group) ?? []), command]);
  }
  const found = (history.data ?? []).filter((entry) => {
    const about =
      `${entry.name ?? ''} ${entry.excerpt} ${entry.columns.map((column) => `${column.name} ${column.quantization}`).join(' ')}`.toLowerCase();
    return words.every((word) => about.includes(word));
  });

  return (
    <Spotlight.Root
      query={search}
      onQueryChange={setSearch}
      onSpotlightClose={() => closePanel('palette')}
      shortcut={null}
      clearQueryOnClose
      returnFocus={false}
      scrollable
      maxHeight={420}
      size={560}
      attributes={{ content: { 'aria-label': 'Commands' } }}
      transitionProps={{ duration: 0 }}
      overlayProps={{ backgroundOpacity: 0.35, blur: 0 }}
    >
      <Spotlight.Search
        ref={focus}
        placeholder="Type a command or the words of a comparison"
        leftSection={<Search size={15} />}
        aria-label="Command"
      />
      <Spotlight.ActionsList>
        {[...groups].map(([group, commands]) => (
          <Spotlight.ActionsGroup key={group} label={group}>
            {commands.map((command) => (
              <Spotlight.Action key={command.id} onClick={command.run} className={classes.action}>
                <span className={classes.title}>{command.title}</span>
                {command.keys && <Keys keys={command.keys} />}
              </Spotlight.Action>
            ))}
          </Spotlight.ActionsGroup>
        ))}
        {found.length > 0 && (
          <Spotlight.ActionsGroup label="Comparisons">
            {found.slice(0, words.length > 0 ? 20 : 5).map((entry) => (
              <Spotlight.Action
                key={entry.id}
                onClick={() => go({ screen: 'compare', id: entry.id })}
                className={classes.action}
              >
                <span className={classes.title}>{entry.name ?? entry.excerpt}</span>
                <span className={classes.detail}>{moment(entry.createdAt)}</span>
              </Spotlight.Action>
            ))}
          </Spotlight.ActionsGroup>
        )}
        {groups.size === 0 && found.length === 0 && <Spotlight.Empty>Nothing of that name.</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

function focus(element: Element | null): void {
  if (element instanceof HTMLElement) element.focus({ preventScroll: true });
}
