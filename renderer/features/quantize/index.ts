export { QuantizeDialog } from './QuantizeDialog.tsx';
