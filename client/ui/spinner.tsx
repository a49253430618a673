/** A still ring where motion is reduced. Decorative: say in words nearby what is under way. */
export function Spinner({ size = 20 }: { size?: number }) {
  return (
    <svg className="spinner" width={size} height={size} viewBox="0 0 20 20" aria-hidden="true">
      <circle cx="10" cy="10" r="8" pathLength="100" strokeDasharray="70 30" />
    </svg>
  )
}
