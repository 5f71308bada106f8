import { SegmentedControl } from '@mantine/core';
import { type Preferences, prefer, usePreferences } from '../../../ui-state/index.ts';
import classes from '../SettingsPage.module.css';
import { Row } from './Row.tsx';

export function AppearanceSection() {
  const theme = usePreferences((preferences) => preferences.theme);
  return (
    <>
      <h1>Appearance</h1>
      <section className={classes.group} aria-label="Colours">
        <Row label="Colours" hint="As the system follows its light and dark setting at once.">
          <SegmentedControl
            aria-label="Colours"
            value={theme}
            onChange={(value) => prefer({ theme: value as Preferences['theme'] })}
            data={[
              { value: 'system', label: 'As the system' },
              { value: 'light', label: 'Light' },
              { value: 'dark', label: 'Dark' },
            ]}
          />
        </Row>
        <Row label="Motion" hint="Follows the system: where it asks for less, nothing moves.">
          <span className="dim">As the system</span>
        </Row>
      </section>
    </>
  );
}
