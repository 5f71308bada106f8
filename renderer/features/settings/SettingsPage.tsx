import { Archive, Cpu, Database, Globe, HardDrive, Info, Palette } from 'lucide-react';
import type { VaultStatus } from '../../../preload/contract/vault.ts';
import { formatRoute, go, type SettingsSection } from '../../ui-state/index.ts';
import { AboutSection } from './components/AboutSection.tsx';
import { AppearanceSection } from './components/AppearanceSection.tsx';
import { BackupsSection } from './components/BackupsSection.tsx';
import { EngineSection } from './components/EngineSection.tsx';
import { NetworkSection } from './components/NetworkSection.tsx';
import { StorageSection } from './components/StorageSection.tsx';
import { StoreSection } from './components/StoreSection.tsx';
import classes from './SettingsPage.module.css';

const sections = [
  { section: 'engine', label: 'Engine', icon: Cpu },
  { section: 'appearance', label: 'Appearance', icon: Palette },
  { section: 'store', label: 'Store', icon: Database },
  { section: 'network', label: 'Network', icon: Globe },
  { section: 'storage', label: 'Storage', icon: HardDrive },
  { section: 'backups', label: 'Backups', icon: Archive },
  { section: 'about', label: 'About', icon: Info },
] satisfies { section: SettingsSection; label: string; icon: typeof Cpu }[];

export function SettingsPage({ section, vault }: { section: SettingsSection; vault: VaultStatus }) {
  return (
    <div className={classes.page}>
      <nav className={classes.sections} aria-label="Sections of the settings">
        {sections.map(({ section: target, label, icon: Icon }) => (
          <a
            key={target}
            href={formatRoute({ screen: 'settings', section: target })}
            aria-current={target === section ? 'page' : undefined}
            onClick={(event) => {
              event.preventDefault();
              go({ screen: 'settings', section: target });
            }}
          >
            <Icon size={15} aria-hidden="true" />
            {label}
          </a>
        ))}
      </nav>
      <main className={classes.main}>
        <div className={classes.inner} data-wide={section === 'network' || undefined}>
          {section === 'engine' && <EngineSection />}
          {section === 'appearance' && <AppearanceSection />}
          {section === 'store' && <StoreSection vault={vault} />}
          {section === 'network' && <NetworkSection />}
          {section === 'storage' && <StorageSection />}
          {section === 'backups' && <BackupsSection ephemeral={vault.ephemeral} />}
          {section === 'about' && <AboutSection />}
        </div>
      </main>
    </div>
  );
}
