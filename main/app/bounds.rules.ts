export interface Bounds {
  x: number;
  y: number;
  width: number;
  height: number;
}

export const smallest = { width: 800, height: 560 };
const first = { width: 1440, height: 900 };
/** How much of the title bar must lie on a display for a person to get hold of the window. */
const grip = { width: 120, height: 32 };

/**
 * Where the window opens: where it was, if enough of its title bar still lies on a display; otherwise the design size, as far as the first
 * display (the primary one) has room, in its middle. Never larger than the display that it opens on.
 */
export function placeWindow(remembered: Bounds | null, displays: [Bounds, ...Bounds[]]): Bounds {
  if (remembered) {
    const display = displays.find((area) => reaches(remembered, area));
    if (display) return fit(remembered, display);
  }
  const primary = displays[0];
  const width = Math.min(first.width, primary.width);
  const height = Math.min(first.height, primary.height);
  return {
    x: primary.x + Math.round((primary.width - width) / 2),
    y: primary.y + Math.round((primary.height - height) / 2),
    width,
    height,
  };
}

function reaches(window: Bounds, area: Bounds): boolean {
  const width = Math.min(window.x + window.width, area.x + area.width) - Math.max(window.x, area.x);
  const height = Math.min(window.y + grip.height, area.y + area.height) - Math.max(window.y, area.y);
  return width >= grip.width && height >= grip.height;
}

function fit(window: Bounds, area: Bounds): Bounds {
  const width = Math.min(Math.max(window.width, smallest.width), area.width);
  const height = Math.min(Math.max(window.height, smallest.height), area.height);
  // A window that had to become narrower keeps its place only as far as its title bar stays in reach.
  const x = Math.min(Math.max(window.x, area.x - width + grip.width), area.x + area.width - grip.width);
  return { x, y: window.y, width, height };
}
