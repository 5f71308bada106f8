import type { ReactNode } from 'react';
import { legible } from '../lib/legible.ts';
import classes from './VariantChip.module.css';
import { VariantMarker } from './VariantMarker.tsx';

interface Props {
  slot: number;
  name: string;
  quantization: string;
  /** What stands behind the name: a size, a state. */
  detail?: ReactNode;
  plain?: boolean;
}

/** A model variant as words: marker, name, quantization. */
export function VariantChip({ slot, name, quantization, detail, plain = false }: Props) {
  // "Sample model (for trying Assay out)": a chip has room for what it is called, its title and its reader for what it is for.
  const whole = legible(name);
  const short = whole.replace(/ \(for [^()]*\)$/, '');
  return (
    <span className={plain ? classes.plain : classes.chip}>
      <VariantMarker slot={slot} />
      <span className={classes.name} title={whole}>
        {short}
        {short !== whole && <span className="visually-hidden">{whole.slice(short.length)}</span>}
      </span>
      <span className={classes.quantization}>{quantization}</span>
      {detail !== undefined && (
        <span className={classes.detail} data-detail>
          {detail}
        </span>
      )}
    </span>
  );
}
