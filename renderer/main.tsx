import './design/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { chooseTransport, createApi } from './api/index.ts';
import { App, ErrorBoundary, Providers, readNonce, refuseMarkup, stayHere, tellDesktopTheTheme } from './app/index.ts';

// What the scroll lock of dialogs reads for the style element that it adds (package get-nonce).
Object.assign(globalThis, { __webpack_nonce__: readNonce() });

const root = document.getElementById('root');
if (!root) throw new Error('The page has no root element.');

refuseMarkup();
if (!window.assay) stayHere();
tellDesktopTheTheme();
const api = createApi(chooseTransport(window.assay, location.href, localStorage));

createRoot(root).render(
  <StrictMode>
    <Providers api={api}>
      <ErrorBoundary>
        <App />
      </ErrorBoundary>
    </Providers>
  </StrictMode>,
);
