/**
 * The exact figures of one queue with Poisson arrivals and exponential handling: Erlang C, where everybody waits for ever
 * (M/M/n; A. K. Erlang, 1917), and Erlang A, where patience is exponential too (M/M/n+M; C. Palm, 1957; in the form of Mandelbaum
 * and Zeltyn, "Service engineering in action: the Palm/Erlang-A queue", 2005).
 */

export type Staffing = {
  perHour: number
  handlingS: number
  /** Mean; null waits for ever. */
  patienceS: number | null
  agents: number
}

export type Figures = {
  /** Share that has to wait at all. */
  waits: number
  abandons: number
  /** Of all, those who abandon included. */
  meanWaitS: number
  /** Share that is answered within the time, of all. */
  within: number
  /** Share of the agents' time. */
  occupancy: number
}

/** Throws where the queue would grow without end. */
export function erlang({ perHour, handlingS, patienceS, agents }: Staffing, withinS: number): Figures {
  const arrivals = perHour / 3600
  const service = 1 / handlingS
  const loss = patienceS === null ? 0 : 1 / patienceS
  if (loss === 0 && arrivals >= agents * service) throw new Error('more work than agents, and nobody leaves')
  const states = stationary(arrivals, (inside) => leaving(inside, { service, loss, agents }))
  const figures = { waits: 0, within: 0, queue: 0, busy: 0 }
  const answered = answeredWithin({ full: agents * service, loss, withinS })
  states.forEach((share, inside) => {
    figures.busy += share * Math.min(inside, agents)
    figures.within += share * (inside < agents ? 1 : answered(inside - agents))
    if (inside < agents) return
    figures.waits += share
    figures.queue += share * (inside - agents)
  })
  return {
    waits: figures.waits,
    abandons: (loss * figures.queue) / arrivals,
    meanWaitS: figures.queue / arrivals,
    within: figures.within,
    occupancy: figures.busy / agents,
  }
}

type Rates = { service: number; loss: number; agents: number }
const leaving = (inside: number, { service, loss, agents }: Rates): number =>
  Math.min(inside, agents) * service + Math.max(0, inside - agents) * loss

const NEGLIGIBLE = 1e-18

/** Shares of time with 0, 1, 2 … inside, of a process that grows at one rate and shrinks by the other. */
function stationary(arrivals: number, departures: (inside: number) => number): number[] {
  const weights = [1]
  let sum = 1
  for (let inside = 1; ; inside++) {
    const weight = ((weights[inside - 1] ?? 0) * arrivals) / departures(inside)
    weights.push(weight)
    sum += weight
    if (weight < NEGLIGIBLE * sum && arrivals < departures(inside)) break
    // Large systems overflow a double long before their peak; only the ratios matter.
    if (weight > 1e200) {
      for (let index = 0; index <= inside; index++) weights[index] = (weights[index] ?? 0) / 1e200
      sum /= 1e200
    }
  }
  return weights.map((weight) => weight / sum)
}

/**
 * The share that is answered within t of those who find k ahead. The wait until then is a sum of k+1 exponential steps with rates
 * full + i·loss, so that e^(−loss·wait) follows the beta distribution with full/loss and k+1; it is also the share that is still
 * there. Its mean over waits within t is s/(s+k+1)·(1 − I_x(s+1, k+1)) with s = full/loss and x = e^(−loss·t), where I is a sum of
 * negative binomial terms. Without loss it is a Poisson sum.
 */
function answeredWithin({ full, loss, withinS }: { full: number; loss: number; withinS: number }) {
  const left = 1 - Math.exp(-loss * withinS)
  const s = full / loss
  const terms = [Math.exp(-(full + loss) * withinS)]
  const sums = [...terms]
  return (ahead: number): number => {
    for (let index = sums.length; index <= ahead; index++) {
      const factor = loss === 0 ? (full * withinS) / index : ((s + index) / index) * left
      const term = (terms[index - 1] ?? 0) * factor
      terms.push(term)
      sums.push((sums[index - 1] ?? 0) + term)
    }
    const staying = loss === 0 ? 1 : s / (s + ahead + 1)
    return staying * (1 - (sums[ahead] ?? 0))
  }
}
