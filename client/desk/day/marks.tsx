import { useI18n } from '../../i18n/use-i18n.ts'
import { marksOf, placeIn } from './axis.ts'

type Props = {
  shown: { from: number; to: number }
  /** Where there is little room on every screen. */
  few?: boolean
}

const FEW = 7

/** The hours over an axis. Time runs from left to right in every language. */
export function Marks({ shown, few = false }: Props) {
  const { time } = useI18n()
  const { at } = placeIn(shown)
  return (
    <div className={`day-marks ${few ? 'few' : ''}`}>
      {marksOf(shown, few ? FEW : undefined).map((mark) => (
        <span key={mark} style={{ left: at(mark) }}>
          {time(mark)}
        </span>
      ))}
    </div>
  )
}
