export { VaultPage } from './VaultPage.tsx';
