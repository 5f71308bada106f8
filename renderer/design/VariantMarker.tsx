import classes from './VariantChip.module.css';

/** One shape a slot; slots 8 to 15 repeat the shapes hollow. */
const shapes = [
  'M5 1a4 4 0 1 0 0 8a4 4 0 1 0 0-8z',
  'M1.5 1.5h7v7h-7z',
  'M5 .8 9.4 8.8H.6z',
  'M5 .4 9.6 5 5 9.6.4 5z',
  'M5 9.2.6 1.2h8.8z',
  'M3.5.8h3v2.7h2.7v3H6.500v2.700h-3V6.500H.8v-3h2.700z',
  'M2.800.8h4.400L9.500 5 7.200 9.200H2.800L.5 5z',
  'M5 .3 6.300 3.500 9.700 3.800 7.100 6l.8 3.400L5 7.600 2.100 9.400 2.900 6 .3 3.800 3.700 3.500z',
] as const;

/** The mark of a variant within a chart, centred at a point. */
export function VariantPoint({ slot, x, y, size = 12 }: { slot: number; x: number; y: number; size?: number }) {
  return (
    <path
      className={classes.marker}
      data-slot={slot % shapes.length}
      data-hollow={slot >= shapes.length || undefined}
      d={shapes[slot % shapes.length]}
      transform={`translate(${x - size / 2} ${y - size / 2}) scale(${size / 10})`}
    />
  );
}

/** The mark of one model variant: the same colour and shape wherever the variant is spoken of. */
export function VariantMarker({ slot, size = 10 }: { slot: number; size?: number }) {
  const shape = shapes[slot % shapes.length];
  return (
    <svg
      className={classes.marker}
      data-slot={slot % shapes.length}
      data-hollow={slot >= shapes.length || undefined}
      width={size}
      height={size}
      viewBox="0 0 10 10"
      aria-hidden="true"
    >
      <path d={shape} />
    </svg>
  );
}
