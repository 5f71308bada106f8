/** Two answers that part: the same up to the line, different behind it. */
export function Logo({ size = 20 }: { size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 20 20"
      aria-hidden="true"
      fill="none"
      strokeWidth="2.2"
      strokeLinecap="round"
    >
      <path d="M2.500 10h6" stroke="var(--text)" />
      <path d="M8.500 10c3 0 3-5 6-5h3" stroke="var(--variant-0)" />
      <path d="M8.500 10c3 0 3 5 6 5h3" stroke="var(--variant-1)" />
    </svg>
  );
}
