/** A reporter for vitest that keeps the note of `skip(condition, note)` where vitest's own JSON, which leaves it out, takes it along. */
export default class SkipNotes {
  onTestCaseResult(test) {
    test.meta().skipNote = test.result().note;
  }
}
