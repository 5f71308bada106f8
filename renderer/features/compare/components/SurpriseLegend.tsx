import { surpriseSteps } from '../../../lib/surprise.ts';
import classes from './SurpriseLegend.module.css';

/** What the colours of tokens mean. */
export function SurpriseLegend() {
  return (
    <ul className={classes.legend} aria-label="Colours: probability of the chosen token">
      {surpriseSteps.map((step, index) => (
        <li key={step.label} data-step={index}>
          {step.label}
        </li>
      ))}
    </ul>
  );
}
