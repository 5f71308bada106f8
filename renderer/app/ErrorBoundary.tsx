import { Component, type ReactNode } from 'react';
import { FailedState } from '../design/index.ts';
import classes from './App.module.css';

interface Props {
  children: ReactNode;
}

/** A screen that breaks leaves the frame standing. */
export class ErrorBoundary extends Component<Props, { problem: Error | null }> {
  override state: { problem: Error | null } = { problem: null };

  static getDerivedStateFromError(problem: Error) {
    return { problem };
  }

  override render(): ReactNode {
    const { problem } = this.state;
    if (problem === null) return this.props.children;
    return (
      <main className={classes.alone}>
        <h1 className="visually-hidden">Assay</h1>
        <FailedState
          title="This screen broke"
          kept="Nothing in the store is touched by it."
          retry={() => this.setState({ problem: null })}
        >
          {problem.message}
        </FailedState>
      </main>
    );
  }
}
