import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';
import { dark, faces, light, type SchemeColours, sizes, variantColours } from './tokens.ts';

const accent: MantineColorsTuple = [
  '#eceefb',
  '#d5d9f6',
  '#b3bbf0',
  '#8f9bea',
  '#99a6ff',
  '#5a69db',
  '#3f51c7',
  '#3545ab',
  '#2b388c',
  '#212b6d',
];
const bad: MantineColorsTuple = [
  '#fcebea',
  '#f7cfcc',
  '#f0a8a3',
  '#ff8d84',
  '#e0635a',
  '#c93f36',
  '#b3261e',
  '#96201a',
  '#7a1a15',
  '#5f1410',
];

/** Mantine's dark greys, in the tint of ours. */
const greys: MantineColorsTuple = [
  '#e7eaee',
  '#c3c9d1',
  '#9aa4b0',
  '#6b7580',
  '#3a414a',
  '#2d333a',
  '#1e2227',
  '#15181c',
  '#121519',
  '#0e1013',
];

/** What takes the keyboard stands there in the same moment: one that fades in would lose the keys that are typed meanwhile. */
const instantly = { duration: 0 };

export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 6, dark: 5 },
  colors: { accent, red: bad, dark: greys },
  fontFamily: faces.words,
  fontFamilyMonospace: faces.tokens,
  fontSizes: { xs: '12px', sm: '13px', md: '13px', lg: '15px', xl: '20px' },
  lineHeights: { xs: '16px', sm: '20px', md: '20px', lg: '22px', xl: '28px' },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  radius: { xs: '3px', sm: '4px', md: '6px', lg: '8px', xl: '12px' },
  defaultRadius: 'md',
  headings: { fontFamily: faces.words, fontWeight: '600' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  focusRing: 'auto',
  components: {
    Button: { defaultProps: { size: 'xs' } },
    ActionIcon: { defaultProps: { size: 28, variant: 'subtle', color: 'gray' } },
    Input: { defaultProps: { size: 'xs' } },
    InputWrapper: { defaultProps: { size: 'sm' } },
    TextInput: { defaultProps: { size: 'xs' } },
    PasswordInput: { defaultProps: { size: 'xs' } },
    NumberInput: { defaultProps: { size: 'xs' } },
    Textarea: { defaultProps: { size: 'xs' } },
    Select: { defaultProps: { size: 'xs', allowDeselect: false } },
    SegmentedControl: { defaultProps: { size: 'xs' } },
    Switch: { defaultProps: { size: 'xs' } },
    Checkbox: { defaultProps: { size: 'xs' } },
    Tooltip: {
      defaultProps: {
        openDelay: 300,
        withArrow: false,
        multiline: true,
        events: { hover: true, focus: true, touch: false },
        transitionProps: { duration: 80 },
      },
    },
    Menu: {
      defaultProps: {
        withInitialFocusPlaceholder: false,
        shadow: 'md',
        transitionProps: instantly,
        position: 'bottom-end',
      },
    },
    Popover: { defaultProps: { shadow: 'md', transitionProps: instantly } },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': 'Dismiss' } } },
    Portal: { defaultProps: { target: '#floating' } },
    Modal: {
      defaultProps: {
        closeButtonProps: { 'aria-label': 'Close' },
        transitionProps: instantly,
        overlayProps: { backgroundOpacity: 0.45 },
      },
    },
  },
});

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {
    ...Object.fromEntries(variantColours.map((colour, slot) => [`--variant-${slot}`, colour])),
    '--rail': `${sizes.rail}px`,
    '--top-bar': `${sizes.topBar}px`,
    '--status-bar': `${sizes.statusBar}px`,
  },
  light: scheme(light),
  dark: scheme(dark),
});

function scheme(colours: SchemeColours): Record<string, string> {
  const { surprise, shadow, ...named } = colours;
  return {
    ...Object.fromEntries(Object.entries(named).map(([name, value]) => [`--${kebab(name)}`, value])),
    ...Object.fromEntries(surprise.map((value, step) => [`--surprise-${step}`, value])),
    '--shadow': shadow,
    '--mantine-color-body': colours.surface,
    '--mantine-color-text': colours.text,
    '--mantine-color-dimmed': colours.dim,
    '--mantine-color-placeholder': colours.dim,
    '--mantine-color-default': colours.surface,
    '--mantine-color-default-hover': colours.raised,
    '--mantine-color-default-color': colours.text,
    '--mantine-color-default-border': colours.lineStrong,
    '--mantine-color-error': colours.bad,
    '--mantine-color-anchor': colours.accent,
    '--mantine-shadow-md': colours.shadow,
    '--mantine-color-gray-light-hover': colours.raised,
    '--mantine-color-gray-light-color': colours.dim,
  };
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
