/**
 * How well sound travels: what is measured of a connection, and the score that a listener would give. Pure words and
 * figures, shared by the server, which watches calls, and browsers, which test a connection before one.
 */

/** Loss is a fraction 0..1; times are ms. `rttMs`: there and back. */
export type Quality = { loss: number; rttMs: number; jitterMs: number }

/**
 * Mean opinion score, 1 to 4.4: the usual simplification of the E-model of ITU-T G.107 (R from delay and loss, MOS from
 * R by its annex B). The delay counted is that of the way there and back, which is what lies between two people with
 * such a connection each; jitter counts twice, for the buffer that evens it out, and 10 ms go to the codec. The factors
 * are those of G.711; Opus bears more loss, so for us the score is a guide and on the safe side.
 */
export function mosOf({ loss, rttMs, jitterMs }: Quality): number {
  const delay = rttMs + 2 * jitterMs + 10
  const byDelay = delay < 160 ? 93.2 - delay / 40 : 93.2 - (delay - 120) / 10
  const r = Math.min(100, Math.max(0, byDelay - 2.5 * loss * 100))
  return Math.max(1, 1 + 0.035 * r + 0.000_007 * r * (r - 60) * (100 - r))
}

export type Verdict = 'excellent' | 'great' | 'good' | 'fair' | 'poor'

/** The class of a test before a call, by its score. */
export function verdictOf(mos: number): Verdict {
  if (mos > 4.2) return 'excellent'
  if (mos >= 4.1) return 'great'
  if (mos >= 3.7) return 'good'
  return mos > 3 ? 'fair' : 'poor'
}

/** From which figure on each of them alone is heard. */
export const limits = { loss: 0.03, rttMs: 400, jitterMs: 30, mos: 3.5 } as const

export const warnings = ['loss', 'delay', 'jitter', 'score'] as const
export type Warning = (typeof warnings)[number]

/** Which of a single measurement's figures are beyond their limit. */
export function beyond(quality: Quality): Warning[] {
  const over: Record<Warning, boolean> = {
    loss: quality.loss > limits.loss,
    delay: quality.rttMs > limits.rttMs,
    jitter: quality.jitterMs > limits.jitterMs,
    score: mosOf(quality) < limits.mos,
  }
  return warnings.filter((one) => over[one])
}

/** How many measurements are looked back upon, the newest last. */
export const WINDOW = 7
const RECENT = 5
const MANY = 3
/** Once raised, loss must come down to this before it is cleared. */
const CALM_LOSS = 0.01

/**
 * Which warnings hold after the last of these measurements, where `raised` held before it. Delay, jitter and score: raised
 * by three of the last five beyond their limit, cleared when none of the five is. Loss: by its mean over the window.
 */
export function judge(window: readonly Quality[], raised: readonly Warning[]): Warning[] {
  const recent = window.slice(-RECENT)
  if (recent.length < RECENT) return [...raised]
  const meanLoss = window.reduce((sum, { loss }) => sum + loss, 0) / window.length
  const holds = (one: Warning): boolean => {
    const held = raised.includes(one)
    if (one === 'loss') return meanLoss > (held ? CALM_LOSS : limits.loss)
    const over = recent.filter((quality) => beyond(quality).includes(one)).length
    return held ? over > 0 : over >= MANY
  }
  return warnings.filter(holds)
}
