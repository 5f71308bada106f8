import classes from './ProgressLine.module.css';

interface Props {
  label: string;
  /** 0 to 1; null while it is not known. */
  share: number | null;
  /** Words behind the line: percent, rate, time left. */
  detail?: string;
}

/** Progress as a thin line with its numbers in words. */
export function ProgressLine({ label, share, detail }: Props) {
  const percent = share === null ? undefined : Math.round(share * 100);
  return (
    <div className={classes.progress}>
      <div
        className={classes.track}
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={detail}
      >
        <div
          className={classes.bar}
          data-unknown={percent === undefined || undefined}
          style={{ width: `${percent ?? 30}%` }}
        />
      </div>
      {detail && <span className={classes.detail}>{detail}</span>}
    </div>
  );
}
