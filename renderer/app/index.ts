export { App } from './App.tsx';
export { tellDesktopTheTheme } from './colourScheme.ts';
export { ErrorBoundary } from './ErrorBoundary.tsx';
export { Providers } from './Providers.tsx';
export { readNonce } from './readNonce.ts';
export { refuseMarkup } from './refuseMarkup.ts';
export { stayHere } from './stayHere.ts';
