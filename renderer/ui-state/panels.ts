import { create } from 'zustand';

/** Which panels are open. Gone when the page is. */
interface Panels {
  palette: boolean;
  keys: boolean;
  tray: boolean;
}

export const usePanels = create<Panels>(() => ({ palette: false, keys: false, tray: false }));

export function openPanel(panel: keyof Panels): void {
  usePanels.setState({ [panel]: true });
}

export function closePanel(panel: keyof Panels): void {
  usePanels.setState({ [panel]: false });
}

export function togglePanel(panel: keyof Panels): void {
  usePanels.setState((panels) => ({ [panel]: !panels[panel] }));
}
