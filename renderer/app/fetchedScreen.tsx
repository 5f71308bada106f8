import { type ComponentType, use } from 'react';

/**
 * A component whose code is fetched when it is first shown, or before by `fetch`. What is there already stands in the same frame, where
 * `lazy` would show the placeholder, and React keeps that for 300 ms. A failed fetch is thrown to the boundary above and tried again a second later at the earliest.
 */
export function fetchedScreen<P extends object>(load: () => Promise<ComponentType<P>>) {
  let page: ComponentType<P> | undefined;
  let fetching: Promise<ComponentType<P>> | undefined;
  function fetch(): Promise<ComponentType<P>> {
    fetching ??= load().then(
      (found) => {
        page = found;
        return found;
      },
      (failure: unknown) => {
        // Not at once: whoever renders it again because of the failure is to be told of it, and not to wait for another attempt.
        setTimeout(() => {
          fetching = undefined;
        }, 1000);
        throw failure;
      },
    );
    return fetching;
  }
  function FetchedScreen(props: P) {
    const Page = page ?? use(fetch());
    return <Page {...props} />;
  }
  return Object.assign(FetchedScreen, { fetch });
}
